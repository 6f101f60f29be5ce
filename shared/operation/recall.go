package operation

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/oklog/ulid/v2"

	"tenantry/shared/event"
)

// skipProcessed leaves out what has taken effect in an earlier call.
func (r *batchRun) skipProcessed(ctx context.Context) error {
	names := make([]EventKey, len(r.items))
	for i, item := range r.items {
		names[i] = EventKey{item.Customer, r.eventID(i)}
	}
	happened, err := r.Store.FindEvents(ctx, names)
	if err != nil {
		return err
	}
	r.remaining = make([]Item, len(r.items))
	for i, item := range r.items {
		if !happened[names[i]] {
			r.remaining[i] = item
		}
	}
	return nil
}

// confirmFailures takes what has failed for done where its event is there: what another worker on the same batch has just made of an item may
// be the reason why it could not be done again.
func (r *batchRun) confirmFailures(ctx context.Context) error {
	names, failed := []EventKey(nil), []int(nil)
	for i, err := range r.results {
		if err != nil && !r.operation.Preview {
			names, failed = append(names, EventKey{r.items[i].Customer, r.eventID(i)}), append(failed, i)
		}
	}
	if len(names) == 0 {
		return nil
	}
	happened, err := r.Store.FindEvents(ctx, names)
	for n, i := range failed {
		if happened[names[n]] {
			r.results[i] = nil
		}
	}
	return err
}

// eventID is the id of an item's event: the same in every call, and in no other operation.
func (r *batchRun) eventID(at int) string {
	return fixedEventID(ulid.Timestamp(r.batch.StartedAt), fmt.Sprintf("%s#%d#%d", r.operation.ID, r.batch.Number, at))
}

func fixedEventID(at uint64, of string) string {
	sum := sha256.Sum256([]byte(of))
	id := ulid.ULID{}
	_ = id.SetTime(at)          // fails in the year 10889
	_ = id.SetEntropy(sum[:10]) // of the right length
	return event.IDPrefix + id.String()
}

// PartEventID is the id of the event of something that is done as a part of an item, by the id of the item's event.
func PartEventID(itemEvent, part string) string {
	id, err := ulid.Parse(strings.TrimPrefix(itemEvent, event.IDPrefix))
	if err != nil {
		return fixedEventID(0, itemEvent+"#"+part) // of no item
	}
	return fixedEventID(id.Time(), itemEvent+"#"+part)
}
