package operation

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
)

// Cursors seals the cursors of lists.
type Cursors interface {
	Seal(ctx context.Context, position any, binding ...string) (string, error)
	Open(ctx context.Context, cursor string, position any, binding ...string) error
}

// ItemView is what has become of one item.
type ItemView struct {
	Customer account.ID `json:"customer" doc:"Id of the customer. When a reseller is removed, id of the reseller."`
	State    RunState   `json:"state" enum:"pending,succeeded,failed,cancelled"`
	Code     fault.Code `json:"code,omitempty" doc:"Why the item failed. The codes are those of problem documents."`
	Detail   string     `json:"detail,omitempty" doc:"Explanation of the code, for people."`
	Forecast *Forecast  `json:"forecast,omitempty" doc:"Preview only: what would happen to the item, as far as it is known."`
}

// Get returns an operation. Errors: NotFound.
func (d Operations) Get(ctx context.Context, caller access.Caller, id string) (View, error) {
	o, err := d.find(ctx, caller, id)
	if err != nil {
		return View{}, err
	}
	return newView(o), nil
}

func (d Operations) find(ctx context.Context, caller access.Caller, id string) (*Operation, error) {
	o, _, err := d.Store.ReadOperation(ctx, id, idempotency.Key{})
	if err == nil && !canSee(caller, o) {
		err = access.NotInView()
	}
	return o, err
}

// List lists the operations in the caller's view, the newest first. Errors: InvalidRequest for a bad cursor.
func (d Operations) List(ctx context.Context, caller access.Caller, limit int, cursor string) (result page.Page[View], err error) {
	binding := []string{"operations", string(caller.Account.ID), strconv.FormatInt(caller.Account.SessionEpoch, 10)}
	before := ""
	if cursor != "" {
		if err := d.Cursors.Open(ctx, cursor, &before, binding...); err != nil {
			return result, err
		}
	}
	originator := caller.Account.ID
	if caller.IsAdministrator() {
		originator = ""
	}
	found, more, err := d.Store.ListOperations(ctx, originator, before, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]View, len(found))
	for i := range found {
		result.Items[i] = newView(&found[i])
	}
	if more {
		result.NextCursor, err = d.Cursors.Seal(ctx, found[len(found)-1].ID, binding...)
	}
	return result, err
}

// maxChunksPerPage is the most chunks that are read for one page of items; a page may be short.
const maxChunksPerPage = 5

// ListItems lists the items of an operation in their order, of one state or all. Errors: NotFound; InvalidRequest for a bad
// cursor.
func (d Operations) ListItems(ctx context.Context, caller access.Caller, id string, state RunState, limit int, cursor string) (result page.Page[ItemView], err error) {
	binding := []string{"items", string(caller.Account.ID), strconv.FormatInt(caller.Account.SessionEpoch, 10), id, string(state)}
	from := int64(0)
	if cursor != "" {
		if err := d.Cursors.Open(ctx, cursor, &from, binding...); err != nil {
			return result, err
		}
	}
	o, err := d.find(ctx, caller, id)
	if err != nil {
		return result, err
	}
	result.Items = []ItemView{}
	if state == "" {
		result.Total = &o.Total
	}
	var next int64
	if state == Failed {
		next, err = d.listFailed(ctx, o, from, limit, &result)
	} else {
		next, err = d.listByState(ctx, o, state, from, limit, &result)
	}
	if err == nil && next < o.Total {
		result.NextCursor, err = d.Cursors.Seal(ctx, next, binding...)
	}
	return result, err
}

// listFailed collects the items that failed from a place in the list on, and returns where to go on.
func (d Operations) listFailed(ctx context.Context, o *Operation, from int64, limit int, result *page.Page[ItemView]) (int64, error) {
	batches, more, err := d.Store.ListBatches(ctx, o.ID, from/BatchSize, page.MaxLimit)
	if err != nil {
		return 0, err
	}
	for i := range batches {
		for _, outcome := range batches[i].Unsuccessful {
			at := batches[i].Number*BatchSize + int64(outcome.At)
			if at < from || outcome.State != Failed {
				continue
			}
			if len(result.Items) == limit {
				return at, nil
			}
			result.Items = append(result.Items, outcome.view(batches[i].Forecasts[outcome.At]))
		}
	}
	if more {
		return (batches[len(batches)-1].Number + 1) * BatchSize, nil
	}
	return o.Total, nil
}

func (o ItemResult) view(forecast Forecast) ItemView {
	return ItemView{Customer: o.Customer, State: o.State, Code: o.Code, Detail: o.Detail, Forecast: forecast.orNil()}
}

// listByState collects the items of a state, or all, from a place in the list on, and returns where to go on.
func (d Operations) listByState(ctx context.Context, o *Operation, state RunState, from int64, limit int, result *page.Page[ItemView]) (int64, error) {
	for chunk := from / ChunkSize; chunk*ChunkSize < o.Total; chunk++ {
		if chunk-from/ChunkSize == maxChunksPerPage {
			return chunk * ChunkSize, nil
		}
		items, batches, err := d.Store.ReadChunk(ctx, o.ID, chunk)
		if err != nil {
			return 0, err
		}
		for at, shown := range o.itemViews(chunk, items, batches) {
			place := chunk*ChunkSize + int64(at)
			if place < from || state != "" && shown.State != state {
				continue
			}
			if len(result.Items) == limit {
				return place, nil
			}
			result.Items = append(result.Items, shown)
		}
	}
	return o.Total, nil
}

// itemViews tells of each item of a chunk what has become of it.
func (o *Operation) itemViews(chunk int64, items []Item, batches []Batch) []ItemView {
	others := map[int64]ItemResult{}
	begun := map[int64]Batch{}
	for i := range batches {
		begun[batches[i].Number] = batches[i]
		for _, outcome := range batches[i].Unsuccessful {
			others[batches[i].Number*BatchSize+int64(outcome.At)] = outcome
		}
	}
	shown := make([]ItemView, len(items))
	for at, item := range items {
		place := chunk*ChunkSize + int64(at)
		outcome, other := others[place]
		batch := begun[place/BatchSize]
		forecast := batch.Forecasts[int(place%BatchSize)]
		switch {
		case other:
			shown[at] = outcome.view(forecast)
		case batch.Finished:
			shown[at] = ItemView{Customer: item.Customer, State: Succeeded, Forecast: forecast.orNil()}
		case o.State == Cancelled:
			shown[at] = ItemView{Customer: item.Customer, State: Cancelled}
		default:
			shown[at] = ItemView{Customer: item.Customer, State: Pending}
		}
	}
	return shown
}

// errorDetail is what a person may read of why an item failed.
func errorDetail(err error) string {
	known, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return ""
	}
	sentences := []string{known.Detail}
	for _, field := range known.Fields {
		sentences = append(sentences, field.Detail)
	}
	return strings.Join(sentences, " ")
}
