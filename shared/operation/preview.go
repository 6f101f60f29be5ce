package operation

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// previewWidth is how many items are previewed at the same time.
const previewWidth = 10

// maxPreviewSubscriptions is how many subscriptions the items of a preview may have in total to be previewed by the
// request itself. It applies only to kinds whose preview reads subscriptions.
const maxPreviewSubscriptions = 1000

// canPreviewNow reports whether the request is a preview that is small enough to be made at once. It counts only
// subscriptions of accounts that the caller may change: the preview does not read the others, and the response must not
// reveal how many subscriptions they have.
func (a Acceptor) canPreviewNow(
	ctx context.Context,
	caller access.Caller,
	kind Kind,
	input NewOperation,
) (bool, error) {
	if !input.DryRun || input.Filter != nil || len(input.Items) > BatchSize {
		return false, nil
	}
	if !kind.countsSubscriptions() {
		return true, nil
	}
	ids := make([]account.ID, len(input.Items))
	for i, item := range input.Items {
		ids[i] = item.Customer
	}
	accounts, err := a.Store.ReadAccountsNow(ctx, ids)
	subscriptions := int64(0)
	for i := range accounts {
		if caller.CheckManages(&accounts[i]) == nil {
			subscriptions += accounts[i].Subscriptions
		}
	}
	return subscriptions <= maxPreviewSubscriptions, err
}

// preview previews all items at once.
func (a Acceptor) preview(
	ctx context.Context, caller access.Caller, kind Kind, input NewOperation, now time.Time,
) (AcceptResponse, error) {
	o := Operation{
		Kind: kind, Preview: true, ListComplete: true, Originator: caller.Account.ID, Parameters: input.Parameters,
		Total: int64(len(input.Items)), CreatedAt: now, HeardAt: now, FinishedAt: &now,
	}
	previewItems := previewInParallel
	if kind == Move && input.Parameters.NewOwner != account.AdministratorOwner {
		previewItems = previewInOrder
	}
	forecasts, errs := previewItems(ctx, a.Processors[kind], Job{Caller: caller, Operation: &o}, input.Items)
	views := make([]ItemView, len(errs))
	for i, err := range errs {
		switch {
		case err == nil:
			o.Succeeded++
			views[i] = ItemView{
				Customer: input.Items[i].Customer,
				Plan:     input.Items[i].Plan,
				State:    Succeeded,
				Forecast: forecasts[i].orNil(),
			}
		case isTransient(err):
			return AcceptResponse{}, err
		default:
			o.Failed++
			views[i] = newItemResult(i, input.Items[i], err).view(forecasts[i])
		}
	}
	o.StartedBatches = o.BatchCount()
	o.FinishedBatches = o.StartedBatches
	o.State, _ = o.finalState()
	return AcceptResponse{Progress: newProgress(&o), Items: views}, nil
}

// previewInParallel previews each item as if it were the only one.
func previewInParallel(ctx context.Context, processor Processor, job Job, items []Item) ([]Forecast, []error) {
	forecasts, errs := make([]Forecast, len(items)), make([]error, len(items))
	var previews errgroup.Group
	previews.SetLimit(previewWidth)
	for i, item := range items {
		previews.Go(func() error {
			itemJob := job
			itemJob.Item = item
			forecasts[i], errs[i] = processor.Preview(ctx, itemJob)
			return nil // an error of one item does not stop the others
		})
	}
	_ = previews.Wait()
	return forecasts, errs
}

// previewInOrder previews the items one after another. Each item can use what the successful items before it leave of
// the new owner's limits.
func previewInOrder(ctx context.Context, processor Processor, job Job, items []Item) ([]Forecast, []error) {
	forecasts, errs := make([]Forecast, len(items)), make([]error, len(items))
	for i, item := range items {
		job.Item = item
		forecasts[i], errs[i] = processor.Preview(ctx, job)
		if errs[i] == nil && forecasts[i].Capacity != nil {
			job.EarlierDemand = job.EarlierDemand.Plus(*forecasts[i].Capacity)
		}
	}
	return forecasts, errs
}
