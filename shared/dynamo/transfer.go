package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// transferItem is a transfer on its way.
type transferItem struct {
	keyed
	Operation string              `dynamodbav:"operation"`
	From      account.ID          `dynamodbav:"from"`
	To        account.ID          `dynamodbav:"to"`
	Plan      plan.ID             `dynamodbav:"plan,omitempty"`
	Kept      map[plan.ID]setItem `dynamodbav:"kept,omitempty"`
	Total     int64               `dynamodbav:"total"`
	Passed    int64               `dynamodbav:"passed"`
}

func newTransferItem(of account.ID, t *transfer.PendingTransfer) transferItem {
	stored := transferItem{
		keyed: transferKey(of).fields(), Operation: t.Operation, From: t.From, To: t.To, Plan: t.Plan, Total: t.Total, Passed: t.Moved,
		Kept: map[plan.ID]setItem{},
	}
	for id, set := range t.PlanResources {
		stored.Kept[id] = newSetItem(set)
	}
	return stored
}

func readTransfer(from item) (*transfer.PendingTransfer, error) {
	if from == nil {
		return nil, nil
	}
	var stored transferItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil {
		return nil, err
	}
	t := &transfer.PendingTransfer{
		Operation: stored.Operation, From: stored.From, To: stored.To, Plan: stored.Plan, Total: stored.Total, Moved: stored.Passed,
	}
	if len(stored.Kept) > 0 {
		t.PlanResources = map[plan.ID]resource.Set{}
	}
	for id, set := range stored.Kept {
		t.PlanResources[id] = set.set()
	}
	return t, nil
}

// ReadTransfer reads an account and the transfer that is kept with it. Round trips: 1.
func (s *Store) ReadTransfer(ctx context.Context, of account.ID) (*account.Account, *transfer.PendingTransfer, error) {
	found, err := s.getAll(ctx, consistent, accountKey(of), transferKey(of))
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(of)])
	if err != nil {
		return nil, nil, err
	}
	pending, err := readTransfer(found[transferKey(of)])
	return a, pending, err
}

// ReadNote reads one owner's note about an account. Round trips: 1.
func (s *Store) ReadNote(ctx context.Context, about, by account.ID) (string, error) {
	var stored noteItem
	found, err := s.get(ctx, consistent, noteKey(about, by))
	if err != nil {
		return "", err
	}
	err = attributevalue.UnmarshalMap(found, &stored)
	return stored.Text, err
}

// WriteTransfer writes a transaction of a transfer. Round trips: 1.
func (s *Store) WriteTransfer(ctx context.Context, w transfer.Transaction) error {
	t := s.beginUnproven()
	if w.Account != nil {
		happened, err := newEventItem(w.Account.Event)
		if err != nil {
			return fmt.Errorf("transfer: %w", err)
		}
		t = s.begin(w.Account.Token, happened.key(), happened)
		t.pass(w.Account, w.InitialUsage)
	}
	if w.Starts != nil {
		t.create(newTransferItem(w.Account.After.ID, w.Starts), changedMeanwhile)
	}
	if w.Step != nil {
		t.follow(w.Step)
	}
	for i := range w.Subscriptions {
		t.err = errors.Join(t.err, t.changeSubscription(&w.Subscriptions[i]))
	}
	t.plansAndLimits(w.Plans, w.Limits)
	return s.commit(ctx, t)
}

// pass changes an account, with its guards where its owner is another, and what is counted of all owners together.
func (t *transaction) pass(changed *edit.AccountChange, founds *resource.Demand) {
	before, after := &changed.Before, &changed.After
	edit, err := difference(newAccountItem(before), newAccountItem(after))
	t.err = errors.Join(t.err, err)
	condition, names, values := unchangedSince(before)
	names["#subscriptions"], values[":subscriptions"] = "subscriptions", number(before.Subscriptions)
	condition += " AND (#subscriptions = :subscriptions"
	if before.Subscriptions == 0 {
		condition += " OR attribute_not_exists(#subscriptions)"
	}
	t.update(accountKey(after.ID), edit.provided(condition+")", names, values), changedMeanwhile)
	if founds != nil {
		t.found(after, founds)
	}
	if after.Owner != before.Owner {
		t.replaceOwner(before, after)
	}
	counts := map[string]int64{}
	for _, name := range allCounters(before) {
		counts[name]--
	}
	for _, name := range allCounters(after) {
		counts[name]++
	}
	if counted := counting(counts); counted.expression != "" {
		t.update(globalUsageKey(shardOf(after.ID, globalShards)), counted, nil)
	}
}

// replaceOwner has an account's guards follow it to another owner.
func (t *transaction) replaceOwner(before, after *account.Account) {
	t.put(loginItem{keyed: loginKey(after.Login).fields(), Account: after.ID, Parents: parents(after)},
		"#account = :account", map[string]string{"#account": "account"}, item{":account": text(string(after.ID))}, changedMeanwhile)
	if after.ExternalID != "" {
		t.remove(externalKey(before.Owner, before.ExternalID), before.ID)
		t.create(externalItem{keyed: externalKey(after.Owner, after.ExternalID).fields(), Account: after.ID}, externalTaken)
	}
}

// found begins to count what a new reseller has given.
func (t *transaction) found(of *account.Account, given *resource.Demand) {
	usage, err := attributevalue.MarshalMap(usageItem{keyed: usageKey(of.ID).fields(), Limits: newResellerLimitsItem(of.Limits)})
	t.err = errors.Join(t.err, err)
	for name, n := range usageCounters(*given) {
		if n != 0 {
			usage[name] = number(n)
		}
	}
	t.create(usage, nil)
}

// follow counts subscriptions that follow, or ends a transfer.
func (t *transaction) follow(f *transfer.Step) {
	names, values := map[string]string{"#operation": "operation", "#passed": "passed"}, item{":operation": text(f.Operation)}
	if f.Ends {
		names["#total"] = "total"
		t.take(transferKey(f.Account), "#operation = :operation AND #passed = #total", names, values, changedMeanwhile)
		return
	}
	passing := updateExpression{expression: "ADD #passed :passed", names: map[string]string{}, values: item{":passed": number(f.Moved)}}
	t.update(transferKey(f.Account), passing.provided("#operation = :operation", names, values), changedMeanwhile)
}

// plansAndLimits adds how plans are used and what resellers have left, each plan once: one that the limits of resellers were judged
// by may be among those that are used, or be that of both resellers.
func (t *transaction) plansAndLimits(uses []hosting.PlanUse, limits []*plan.Reservation) {
	judged := judgedBy(uses, limits)
	for _, use := range uses {
		if version, known := judged[use.ID]; known {
			use.Version = &version
			delete(judged, use.ID)
		}
		t.planUse(use)
	}
	for _, r := range limits {
		t.draw(r)
	}
	for _, id := range slices.Sorted(maps.Keys(judged)) {
		t.limitedBy(id, judged[id])
	}
}

// noVersion is that of no plan.
const noVersion = -1

// judgedBy is which version of each plan must be there still. Of a plan that was judged by two versions none will do.
func judgedBy(uses []hosting.PlanUse, limits []*plan.Reservation) map[plan.ID]int64 {
	judged := map[plan.ID]int64{}
	judge := func(id plan.ID, version int64) {
		if other, known := judged[id]; known && other != version {
			version = noVersion
		}
		judged[id] = version
	}
	for _, use := range uses {
		if use.Version != nil {
			judge(use.ID, *use.Version)
		}
	}
	for _, r := range limits {
		if r.Basis.Plan != "" && r.Demand.Increases() {
			judge(r.Basis.Plan, r.Basis.PlanVersion)
		}
	}
	return judged
}
