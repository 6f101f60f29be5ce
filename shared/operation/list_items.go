package operation

import (
	"context"
	"errors"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/page"
)

// maxChunksPerPage is how many chunks are read for one page of items. The page may be short.
const maxChunksPerPage = 5

// ListItems lists the items of an operation in their order. An empty state lists the items of all states. It returns
// fault.NotFound if the operation does not exist or the caller cannot see it, and fault.InvalidRequest if the cursor is
// invalid.
func (v Viewer) ListItems(
	ctx context.Context, caller access.Caller, id string, state RunState, limit int, cursor string,
) (result page.Page[ItemView], err error) {
	binding := caller.Binding("items", id, string(state))
	from := int64(0)
	if cursor != "" {
		if err := v.Cursors.Open(ctx, cursor, &from, binding...); err != nil {
			return result, err
		}
	}
	o, err := v.find(ctx, caller, id)
	if err != nil {
		return result, err
	}
	result.Items = []ItemView{}
	if state == "" {
		result.Total = &o.Total
	}
	var next int64
	if state == Failed {
		next, err = v.listFailed(ctx, o, from, limit, &result)
	} else {
		next, err = v.listByState(ctx, o, state, from, limit, &result)
	}
	if err == nil {
		err = v.addNames(ctx, caller, result.Items)
	}
	if err == nil && next < o.Total {
		result.NextCursor, err = v.Cursors.Seal(ctx, next, binding...)
	}
	return result, err
}

// addNames adds the names of the accounts and plans to the items.
func (v Viewer) addNames(ctx context.Context, caller access.Caller, items []ItemView) error {
	names := directory.NewNames(caller)
	for i := range items {
		names.Request(string(items[i].Customer))
		names.Request(items[i].Plan)
	}
	err := names.Read(ctx, v.Store)
	for i := range items {
		items[i].Account, items[i].PlanName = names.Account(items[i].Customer), names.Of(items[i].Plan)
	}
	return err
}

// listFailed adds failed items to the result, from a position in the item list on. It returns the position of the next
// page.
func (v Viewer) listFailed(
	ctx context.Context, o *Operation, from int64, limit int, result *page.Page[ItemView],
) (next int64, err error) {
	batches, more, err := v.Store.ListBatches(ctx, o.ID, from/BatchSize, page.MaxLimit)
	if err != nil {
		return 0, err
	}
	for i := range batches {
		batch := &batches[i]
		for _, item := range batch.Unsuccessful {
			position := batch.Number*BatchSize + int64(item.Index)
			if position < from || item.State != Failed {
				continue
			}
			if len(result.Items) == limit {
				return position, nil
			}
			result.Items = append(result.Items, item.view(batch.Forecasts[item.Index]))
		}
	}
	if more {
		return (batches[len(batches)-1].Number + 1) * BatchSize, nil
	}
	return o.Total, nil
}

func (r ItemResult) view(forecast Forecast) ItemView {
	return ItemView{
		Customer: r.Customer, Plan: r.Plan, State: r.State, Code: r.Code, Detail: r.Detail, Forecast: forecast.orNil(),
	}
}

// listByState adds the items of a state to the result, or all items if the state is empty, from a position in the item
// list on. It returns the position of the next page.
func (v Viewer) listByState(
	ctx context.Context, o *Operation, state RunState, from int64, limit int, result *page.Page[ItemView],
) (next int64, err error) {
	for chunk := from / ChunkSize; chunk*ChunkSize < o.Total; chunk++ {
		if chunk-from/ChunkSize == maxChunksPerPage {
			return chunk * ChunkSize, nil
		}
		items, batches, err := v.Store.ReadChunk(ctx, o.ID, chunk)
		if err != nil {
			return 0, err
		}
		for i, view := range o.itemViews(chunk, items, batches) {
			position := chunk*ChunkSize + int64(i)
			if position < from || state != "" && view.State != state {
				continue
			}
			if len(result.Items) == limit {
				return position, nil
			}
			result.Items = append(result.Items, view)
		}
	}
	return o.Total, nil
}

// itemViews returns the result of each item in the chunk.
func (o *Operation) itemViews(chunk int64, items []Item, started []Batch) []ItemView {
	unsuccessful := map[int64]ItemResult{} // by position in the item list
	batches := map[int64]Batch{}           // by number
	for i := range started {
		batch := started[i]
		batches[batch.Number] = batch
		for _, result := range batch.Unsuccessful {
			unsuccessful[batch.Number*BatchSize+int64(result.Index)] = result
		}
	}
	views := make([]ItemView, len(items))
	for i, item := range items {
		position := chunk*ChunkSize + int64(i)
		result, isUnsuccessful := unsuccessful[position]
		batch := batches[position/BatchSize]
		forecast := batch.Forecasts[int(position%BatchSize)]
		switch {
		case isUnsuccessful:
			views[i] = result.view(forecast)
		case batch.Finished:
			views[i] = ItemView{Customer: item.Customer, Plan: item.Plan, State: Succeeded, Forecast: forecast.orNil()}
		case o.State == Cancelled:
			views[i] = newItemResult(int(position%BatchSize), item, errCancelled).view(forecast)
		default:
			views[i] = ItemView{Customer: item.Customer, Plan: item.Plan, State: Pending}
		}
	}
	return views
}

// errorDetail returns the explanation of an item's failure for people, or "" if the error is no fault.
func errorDetail(err error) string {
	known, isFault := errors.AsType[*fault.Fault](err)
	if !isFault {
		return ""
	}
	sentences := []string{known.Detail}
	for _, field := range known.Fields {
		sentences = append(sentences, field.Detail)
	}
	return strings.Join(sentences, " ")
}
