package operation

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/oklog/ulid/v2"

	"tenantry/shared/event"
)

// skipProcessed removes the items that an earlier call has processed from the remaining items.
func (r *batchRun) skipProcessed(ctx context.Context) error {
	keys := make([]EventKey, len(r.items))
	for i, item := range r.items {
		keys[i] = EventKey{item.Customer, r.eventID(i)}
	}
	exists, err := r.Store.FindEvents(ctx, keys)
	if err != nil {
		return err
	}
	r.remaining = make([]Item, len(r.items))
	for i, item := range r.items {
		if !exists[keys[i]] {
			r.remaining[i] = item
		}
	}
	return nil
}

// confirmFailures checks the items that failed for their events. If the event exists, another worker has just processed
// the item, and this worker's attempt may have failed only for that reason: then the item has succeeded.
func (r *batchRun) confirmFailures(ctx context.Context) error {
	keys, failed := []EventKey(nil), []int(nil)
	for i, err := range r.results {
		if err != nil && !r.operation.Preview {
			keys, failed = append(keys, EventKey{r.items[i].Customer, r.eventID(i)}), append(failed, i)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	exists, err := r.Store.FindEvents(ctx, keys)
	for n, i := range failed {
		if exists[keys[n]] {
			r.results[i] = nil
		}
	}
	return err
}

// eventID returns the id of an item's event. It is the same in every call, and different in other operations.
func (r *batchRun) eventID(index int) string {
	return deriveEventID(ulid.Timestamp(r.batch.StartedAt), fmt.Sprintf("%s#%d#%d", r.operation.ID, r.batch.Number, index))
}

// deriveEventID returns an event id with the time and a hash of the name. It sorts after the ids that StepEventID
// returns for it.
func deriveEventID(milliseconds uint64, name string) string {
	sum := sha256.Sum256([]byte(name))
	sum[entropySize/2] |= 0x80 // more than a version's first byte
	id := ulid.ULID{}
	_ = id.SetTime(milliseconds)         // returns an error only after the year 10889
	_ = id.SetEntropy(sum[:entropySize]) // returns an error only for another length
	return event.IDPrefix + id.String()
}

// entropySize is the number of a ULID's bytes that follow its time.
const entropySize = 10

// StepEventID returns the id of an event that belongs to an item and comes before the item's event, whose id is given.
// The version is the account's after the step. An account's trail is sorted by event ids, and so shows the steps of an
// item in their order, before its end. It returns "" if the given id is no event id.
func StepEventID(itemEvent string, version int64) string {
	id, err := ulid.Parse(strings.TrimPrefix(itemEvent, event.IDPrefix))
	if err != nil {
		return ""
	}
	entropy := binary.BigEndian.AppendUint64(nil, uint64(version)) //nolint:gosec // versions are positive
	_ = id.SetEntropy(append(id.Entropy()[:entropySize/2], entropy[len(entropy)-entropySize/2:]...))
	return event.IDPrefix + id.String()
}

// PartEventID returns the id of the event of a part of an item. It is derived from the id of the item's event.
func PartEventID(itemEvent, part string) string {
	id, err := ulid.Parse(strings.TrimPrefix(itemEvent, event.IDPrefix))
	if err != nil {
		return deriveEventID(0, itemEvent+"#"+part) // no event id: the job has no item
	}
	return deriveEventID(id.Time(), itemEvent+"#"+part)
}
