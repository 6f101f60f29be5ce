package operation

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/oklog/ulid/v2"

	"tenantry/shared/event"
)

// recall leaves out what has taken effect in an earlier call.
func (r *batchRun) recall(ctx context.Context) error {
	names := make([]EventName, len(r.items))
	for i, item := range r.items {
		names[i] = EventName{item.Customer, r.eventID(i)}
	}
	happened, err := r.Store.Happened(ctx, names)
	if err != nil {
		return err
	}
	r.rest = make([]Item, len(r.items))
	for i, item := range r.items {
		if !happened[names[i]] {
			r.rest[i] = item
		}
	}
	return nil
}

// reconsider takes what has failed for done where its event is there: what another worker on the same batch has just made of an item may
// be the reason why it could not be done again.
func (r *batchRun) reconsider(ctx context.Context) error {
	names, failed := []EventName(nil), []int(nil)
	for i, err := range r.outcomes {
		if err != nil && !r.of.Preview {
			names, failed = append(names, EventName{r.items[i].Customer, r.eventID(i)}), append(failed, i)
		}
	}
	if len(names) == 0 {
		return nil
	}
	happened, err := r.Store.Happened(ctx, names)
	for n, i := range failed {
		if happened[names[n]] {
			r.outcomes[i] = nil
		}
	}
	return err
}

// eventID is the id of an item's event: the same in every call, and in no other operation.
func (r *batchRun) eventID(at int) string {
	return fixedEventID(ulid.Timestamp(r.batch.BegunAt), fmt.Sprintf("%s#%d#%d", r.of.ID, r.batch.Number, at))
}

func fixedEventID(at uint64, of string) string {
	sum := sha256.Sum256([]byte(of))
	id := ulid.ULID{}
	_ = id.SetTime(at)          // fails in the year 10889
	_ = id.SetEntropy(sum[:10]) // of the right length
	return event.IDPrefix + id.String()
}

// EventIDBelow is the id of the event of something that is done as a part of an item, by the id of the item's event.
func EventIDBelow(itemEvent, part string) string {
	id, err := ulid.Parse(strings.TrimPrefix(itemEvent, event.IDPrefix))
	if err != nil {
		return fixedEventID(0, itemEvent+"#"+part) // of no item
	}
	return fixedEventID(id.Time(), itemEvent+"#"+part)
}
