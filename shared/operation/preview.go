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

// mostPreviewed is how many subscriptions those have together whom a request judges by what they have.
const mostPreviewed = 1000

// few tells whether a preview can be made at once: of few items that have few subscriptions, where it matters how many. What the
// caller may not work on is not counted, as nothing of it is looked at; nor may the answer tell of it.
func (a Accept) few(ctx context.Context, caller access.Caller, kind Kind, wanted Wanted) (bool, error) {
	if !wanted.DryRun || wanted.Filter != nil || len(wanted.Items) > BatchSize {
		return false, nil
	}
	if !kind.looksBelow() {
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
	return subscriptions <= mostPreviewed, err
}

// preview says at once what would become of a few items.
func (a Accept) preview(ctx context.Context, caller access.Caller, kind Kind, wanted Wanted, now time.Time) (Answer, error) {
	o := Operation{
		Kind: kind, Preview: true, Planned: true, Originator: caller.Account.ID, Order: wanted.Order,
		Total: int64(len(wanted.Items)), CreatedAt: now, FinishedAt: &now,
	}
	judge := sideBySide
	if kind == Move && wanted.Order.Owner != account.AdministratorOwner {
		judge = inOrder
	}
	told, judged := judge(ctx, a.Works[kind], Task{Caller: caller, Operation: &o}, wanted.Items)
	items := make([]ItemView, len(judged))
	for i, err := range judged {
		switch {
		case err == nil:
			o.Succeeded++
			items[i] = ItemView{Customer: wanted.Items[i].Customer, State: Succeeded, Forecast: told[i].told()}
		case transient(err):
			return Answer{}, err
		default:
			o.Failed++
			items[i] = outcomeOf(i, wanted.Items[i], err).view(told[i])
		}
	}
	o.Begun = o.Batches()
	o.Finished = o.Begun
	o.State, _ = o.ending()
	return Answer{Progress: progress(&o), Items: items}, nil
}

// sideBySide judges items each as if it were alone.
func sideBySide(ctx context.Context, work Work, task Task, items []Item) (told []Forecast, judged []error) {
	told, judged = make([]Forecast, len(items)), make([]error, len(items))
	slots := make(chan struct{}, previewWidth)
	var each sync.WaitGroup
	for i, item := range items {
		slots <- struct{}{}
		each.Go(func() {
			alone := task
			alone.Item = item
			told[i], judged[i] = work.Judge(ctx, alone)
			<-slots
		})
	}
	each.Wait()
	return told, judged
}

// inOrder judges items each by what those before it that would succeed leave of the capacity of their new owner.
func inOrder(ctx context.Context, work Work, task Task, items []Item) (told []Forecast, judged []error) {
	told, judged = make([]Forecast, len(items)), make([]error, len(items))
	for i, item := range items {
		task.Item = item
		if told[i], judged[i] = work.Judge(ctx, task); judged[i] == nil && told[i].Capacity != nil {
			task.Taken = task.Taken.Plus(*told[i].Capacity)
		}
	}
	return told, judged
}
