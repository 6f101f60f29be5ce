package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

// Create writes a customer or a reseller with its guards, note, counters and event. Round trips: 1.
func (s *Store) Create(ctx context.Context, creation directory.AccountCreation) error {
	a := &creation.Account
	if a.Kind == account.PanelUser {
		return s.createPanelUser(ctx, creation)
	}
	if a.Kind != account.Customer && a.Kind != account.Reseller {
		return fmt.Errorf("create: an account of kind %q is not created like this", a.Kind)
	}
	happened, err := newEventItem(creation.Event)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	t := s.begin(creation.Event.ID, happened.key(), happened)
	t.remember(creation.Record, s.now())
	t.create(loginItem{keyed: loginKey(a.Login).fields(), Account: a.ID, Parents: parents(a)}, loginTaken)
	if a.ExternalID != "" {
		t.create(externalItem{keyed: externalKey(a.Owner, a.ExternalID).fields(), Account: a.ID}, externalTaken)
	}
	if creation.Limits != nil {
		t.reserve(creation.Limits)
	}
	t.create(newAccountItem(a), nil)
	if creation.Note != "" {
		t.create(noteItem{keyed: noteKey(a.ID, a.Owner).fields(), Text: creation.Note}, nil)
	}
	if a.Kind == account.Reseller {
		t.create(usageItem{keyed: usageKey(a.ID).fields(), Limits: newResellerLimitsItem(a.Limits)}, nil)
		if a.Limits != nil && a.Limits.Plan != "" {
			t.planUse(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: 1})
		}
	}
	t.update(globalUsageKey(shardOf(a.ID, globalShards)), count(1, allCounters(a)...), nil)
	return s.commit(ctx, t)
}

// parents are hints to the accounts above one.
func parents(a *account.Account) []account.ID {
	if a.Owner == account.AdministratorOwner {
		return nil
	}
	return []account.ID{a.Owner}
}

// allCounters are the counters of all owners together that a new account raises.
func allCounters(a *account.Account) []string {
	switch {
	case a.Kind == account.Reseller:
		return []string{"resellers"}
	case a.Owner == account.AdministratorOwner:
		return []string{"customers", "ownCustomers"}
	}
	return []string{"customers"}
}

// counting changes counters, each by its own; its expression is empty when nothing changes.
func counting(counters map[string]int64) updateExpression {
	c := updateExpression{names: map[string]string{}, values: item{}}
	for _, name := range slices.Sorted(maps.Keys(counters)) {
		by := counters[name]
		if by == 0 {
			continue
		}
		if c.expression == "" {
			c.expression = "ADD"
		} else {
			c.expression += ","
		}
		c.expression += " #" + name + " :" + name
		c.names["#"+name], c.values[":"+name] = name, number(by)
	}
	return c
}

// count raises counters, or lowers them.
func count(by int64, counters ...string) updateExpression {
	c := updateExpression{expression: "ADD", names: map[string]string{}, values: item{":by": number(by)}}
	for i, name := range counters {
		if i > 0 {
			c.expression += ","
		}
		c.expression += " #" + name + " :by"
		c.names["#"+name] = name
	}
	return c
}

func loginTaken(item) error {
	return fault.New(fault.LoginTaken, "Another account already uses this login. Choose another one.")
}

func externalTaken(item) error {
	return account.ExternalIDTaken()
}

func ownerGone(item) error { return account.UnknownOwner("") }

// ReadOwner reads the account that is to own another, and the record of the request. Round trips: 1, none when there is
// nothing to read.
func (s *Store) ReadOwner(ctx context.Context, owner account.ID, requestKey idempotency.Key) (*account.Account, *idempotency.Record, error) {
	var keys []key
	if owner != account.AdministratorOwner {
		keys = append(keys, accountKey(owner))
	}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(owner)])
	if err != nil {
		return nil, nil, err
	}
	record, err := readRecord(found[idempotencyKey(requestKey.Name)], s.now())
	return a, record, err
}

// Found creates the first administrator. Round trips: 1.
func (s *Store) CreateFirstAdministrator(ctx context.Context, founding access.FirstAdministratorCreation) error {
	a := &founding.Account
	happened, err := newEventItem(founding.Event)
	if err != nil {
		return fmt.Errorf("found: %w", err)
	}
	t := s.begin(founding.Event.ID, happened.key(), happened)
	t.create(singletonItem{keyed: firstAdministratorKey().fields(), Account: a.ID}, func(item) error {
		return fault.New(fault.Conflict, "The first administrator already exists.")
	})
	t.create(loginItem{keyed: loginKey(a.Login).fields(), Account: a.ID}, loginTaken)
	t.create(newAccountItem(a), nil)
	t.create(secretItem{keyed: stackSecretKey().fields(), Secret: founding.CursorKey}, nil)
	return s.commit(ctx, t)
}
