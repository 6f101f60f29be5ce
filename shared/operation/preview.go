package operation

import (
	"context"
	"sync"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// previewWidth is how many items are judged at once.
const previewWidth = 10

// maxPreviewSubscriptions is how many subscriptions those have together whom a request judges by what they have.
const maxPreviewSubscriptions = 1000

// canPreviewNow tells whether a preview can be made at once: of few items that have few subscriptions, where it matters how many. What the
// caller may not work on is not counted, as nothing of it is looked at; nor may the answer tell of it.
func (a Acceptor) canPreviewNow(ctx context.Context, caller access.Caller, kind Kind, wanted NewOperation) (bool, error) {
	if !wanted.DryRun || wanted.Filter != nil || len(wanted.Items) > BatchSize {
		return false, nil
	}
	if !kind.countsSubscriptions() {
		return true, nil
	}
	ids := make([]account.ID, len(wanted.Items))
	for i, item := range wanted.Items {
		ids[i] = item.Customer
	}
	found, err := a.Store.ReadAccountsNow(ctx, ids)
	subscriptions := int64(0)
	for i := range found {
		if caller.RefuseUnmanaged(&found[i]) == nil {
			subscriptions += found[i].Subscriptions
		}
	}
	return subscriptions <= maxPreviewSubscriptions, err
}

// preview says at once what would become of a few items.
func (a Acceptor) preview(ctx context.Context, caller access.Caller, kind Kind, wanted NewOperation, now time.Time) (AcceptResponse, error) {
	o := Operation{
		Kind: kind, Preview: true, ListComplete: true, Originator: caller.Account.ID, Parameters: wanted.Parameters,
		Total: int64(len(wanted.Items)), CreatedAt: now, FinishedAt: &now,
	}
	judge := previewInParallel
	if kind == Move && wanted.Parameters.NewOwner != account.AdministratorOwner {
		judge = previewInOrder
	}
	told, judged := judge(ctx, a.Processors[kind], Job{Caller: caller, Operation: &o}, wanted.Items)
	items := make([]ItemView, len(judged))
	for i, err := range judged {
		switch {
		case err == nil:
			o.Succeeded++
			items[i] = ItemView{Customer: wanted.Items[i].Customer, State: Succeeded, Forecast: told[i].orNil()}
		case isTransient(err):
			return AcceptResponse{}, err
		default:
			o.Failed++
			items[i] = newItemResult(i, wanted.Items[i], err).view(told[i])
		}
	}
	o.StartedBatches = o.BatchCount()
	o.FinishedBatches = o.StartedBatches
	o.State, _ = o.finalState()
	return AcceptResponse{Progress: newProgress(&o), Items: items}, nil
}

// previewInParallel judges items each as if it were alone.
func previewInParallel(ctx context.Context, work Processor, task Job, items []Item) (told []Forecast, judged []error) {
	told, judged = make([]Forecast, len(items)), make([]error, len(items))
	slots := make(chan struct{}, previewWidth)
	var each sync.WaitGroup
	for i, item := range items {
		slots <- struct{}{}
		each.Go(func() {
			alone := task
			alone.Item = item
			told[i], judged[i] = work.Preview(ctx, alone)
			<-slots
		})
	}
	each.Wait()
	return told, judged
}

// previewInOrder judges items each by what those before it that would succeed leave of the capacity of their new owner.
func previewInOrder(ctx context.Context, work Processor, task Job, items []Item) (told []Forecast, judged []error) {
	told, judged = make([]Forecast, len(items)), make([]error, len(items))
	for i, item := range items {
		task.Item = item
		if told[i], judged[i] = work.Preview(ctx, task); judged[i] == nil && told[i].Capacity != nil {
			task.EarlierDemand = task.EarlierDemand.Plus(*told[i].Capacity)
		}
	}
	return told, judged
}
