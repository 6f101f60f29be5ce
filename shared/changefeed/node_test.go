package changefeed_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/changefeed"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/stream"
	"tenantry/shared/sweep"
)

// company is a hosting company whose accounts and hosting change at random, and a node that keeps answers of the gate.
type company struct {
	*flowtest.Scene
	*testing.T

	random   *rand.Rand
	consumer stream.AppendGateChanges
	read     map[string]bool // events that the consumer has read
	gate     hosting.Gate
	subs     hosting.Subscriptions
	sites    hosting.Websites
	domains  []string // all that were ever used
	accounts []account.ID

	reader  changefeed.Reader
	cursor  string
	answers map[string]hosting.Serving // of the node, by domain; without ids if there is no website
}

func newCompany(t *testing.T, seed uint64) *company {
	s := flowtest.New(t, seed, 3)
	c := &company{
		Scene: s, T: t, random: rand.New(rand.NewPCG(seed, 0)),
		consumer: stream.AppendGateChanges{Feed: s.Store, Shard: int(seed % changefeed.Shards), Now: s.Now},
		gate:     hosting.Gate{Store: s.Store, Now: s.Now},
		subs:     hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now},
		reader:   changefeed.Reader{Store: s.Store, Cursors: newSealer(), Now: s.Now},
		answers:  map[string]hosting.Serving{},
		read:     map[string]bool{},
	}
	c.sites = hosting.Websites{Subscriptions: c.subs}
	c.accounts = append(slices.Clone(s.Customers), s.North)
	for _, id := range c.accounts {
		c.subscribe(id)
		c.subscribe(id)
	}
	return c
}

// pass fails on errors, except those of changes that the present state does not allow.
func (c *company) pass(err error) bool {
	c.Helper()
	for _, code := range []fault.Code{
		fault.NotFound, fault.Conflict, fault.HeldByHigherLevel, fault.Busy, fault.Forbidden, fault.InvalidRequest,
		fault.LimitExceeded,
	} {
		if fault.Is(err, code) {
			return false
		}
	}
	if err != nil {
		c.Fatal(err)
	}
	return true
}

func (c *company) admin() access.Caller { return c.Caller(c.Admin) }

// newDomain returns a domain that no website has. It may have had one before.
func (c *company) newDomain() string {
	domain := fmt.Sprintf("d%d.example", c.random.IntN(12))
	if !slices.Contains(c.domains, domain) {
		c.domains = append(c.domains, domain)
	}
	return domain
}

func (c *company) subscribe(owner account.ID) {
	input := hosting.NewSubscription{Domain: c.newDomain(), ServicePlan: plan.Custom, ExpiresAt: c.sometime()}
	_, err := c.subs.Create(c.Context(), c.admin(), request.Metadata{}, string(owner), input)
	c.pass(err)
}

// sometime returns a time within the next hour, or nil.
func (c *company) sometime() *time.Time {
	minutes := c.random.IntN(60)
	if minutes > 40 {
		return nil
	}
	at := c.Now().Add(time.Duration(minutes+1) * time.Minute)
	return &at
}

// pickAccount returns an account that exists, mostly.
func (c *company) pickAccount() account.ID { return c.accounts[c.random.IntN(len(c.accounts))] }

// pickWebsite returns the ids of a website that exists, and of what is above it, or nothing.
func (c *company) pickWebsite() hosting.ServingIDs {
	serving, err := c.gate.Check(c.Context(), c.domains[c.random.IntN(len(c.domains))])
	c.pass(err)
	return serving.IDs
}

// perform runs an operation to its end.
func (c *company) perform(kind operation.Kind, item operation.Item, parameters operation.Parameters) {
	acceptor := operation.Acceptor{Store: c.Store, Processors: c.Processors(), NewID: c.IDs.New, Now: c.Now}
	accepted, err := acceptor.AcceptOne(c.Context(), c.admin(), request.Metadata{}, kind, item, parameters)
	if c.pass(err) {
		flowtest.Engine{Scene: c.Scene}.Run(accepted.ID)
	}
}

// change makes one random change.
func (c *company) change() string {
	ctx, meta, admin, id, site := c.Context(), request.Metadata{}, c.admin(), c.pickAccount(), c.pickWebsite()
	hold := account.HoldInput{Until: c.sometime(), PublicMessage: []string{"", "a", "b"}[c.random.IntN(3)]}
	below := []string{directory.AllSubscriptions, directory.InheritedSubscriptions}[c.random.IntN(2)]
	changes := []struct {
		name string
		do   func() error
	}{
		{"suspend an account", func() error {
			_, err := c.AccountChanger().Suspend(ctx, admin, meta, string(id), hold)
			return err
		}},
		{"activate an account", func() error {
			_, err := c.AccountChanger().Activate(ctx, admin, meta, string(id), below)
			return err
		}},
		{"schedule", func() error {
			input := account.ScheduleInput{SuspendAt: c.sometime(), ActivateAt: c.sometime()}
			_, err := c.AccountChanger().Schedule(ctx, admin, meta, string(id), input)
			return err
		}},
		{"withdraw", func() error { return c.AccountChanger().Withdraw(ctx, admin, meta, string(id)) }},
		{"suspend a subscription", func() error {
			_, err := c.subs.Suspend(ctx, admin, meta, site.Subscription, hold)
			return err
		}},
		{"activate a subscription", func() error {
			_, err := c.subs.Activate(ctx, admin, meta, site.Subscription)
			return err
		}},
		{"change an expiry", func() error {
			at := c.sometime()
			_, err := c.subs.Change(ctx, admin, meta, site.Subscription, hosting.SubscriptionPatch{ExpiresAt: &at})
			return err
		}},
		{"remove a subscription", func() error { return c.subs.Remove(ctx, admin, meta, site.Subscription) }},
		{"suspend a website", func() error {
			_, err := c.sites.Suspend(ctx, admin, meta, site.Website, hold)
			return err
		}},
		{"activate a website", func() error {
			_, err := c.sites.Activate(ctx, admin, meta, site.Website)
			return err
		}},
		{"add a website", func() error {
			_, err := c.sites.Add(ctx, admin, meta, site.Subscription, c.newDomain())
			return err
		}},
		{"remove a website", func() error { return c.sites.Remove(ctx, admin, meta, site.Website) }},
		{"subscribe", func() error { c.subscribe(id); return nil }},
		{"move", func() error {
			owner := []account.ID{c.North, c.South, account.AdministratorOwner}[c.random.IntN(3)]
			item := operation.Item{Customer: id, Plan: plan.Custom}
			c.perform(operation.Move, item, operation.Parameters{NewOwner: owner})
			return nil
		}},
		{"convert", func() error {
			c.perform(operation.Convert, operation.Item{Customer: id, Plan: plan.Custom}, operation.Parameters{})
			return nil
		}},
		{"remove an account", func() error {
			if c.random.IntN(3) == 0 && id != c.North {
				c.perform(operation.Remove, operation.Item{Customer: id}, operation.Parameters{})
			}
			return nil
		}},
		{"wait", func() error { c.Advance(time.Duration(c.random.IntN(30)) * time.Minute); return nil }},
		{"sweep", c.sweep},
	}
	next := changes[c.random.IntN(len(changes))]
	c.pass(next.do())
	return next.name
}

func (c *company) sweep() error {
	editor := edit.AccountEditor{Store: c.Store, NewID: c.IDs.New, Now: c.Now}
	_, err := sweep.Sweeper{Store: c.Store, Now: c.Now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Account:      directory.DueHandler{Editor: editor},
		sweep.Subscription: hosting.DueHandler{Store: c.Store, NewID: c.IDs.New, Now: c.Now},
	}}.Run(c.Context(), "", struct{}{})
	return err
}

// follow delivers the new events to the feed, and the feed to the node.
func (c *company) follow() {
	isRead := func(e event.Event) bool { return c.read[e.ID] }
	events := slices.DeleteFunc(c.Store.Events(), isRead)
	if _, err := c.consumer.Handle(c.Context(), events); err != nil {
		c.Fatal(err)
	}
	for i := range events {
		c.read[events[i].ID] = true
	}
	for {
		answer, err := c.reader.Read(c.Context(), c.cursor)
		if err != nil {
			c.Fatal(err)
		}
		if !answer.IsNew {
			return
		}
		c.cursor = answer.NextCursor
		for _, entry := range answer.Entries {
			c.forget(entry.ID)
		}
	}
}

// forget drops the answers that depend on an object. If the object is unknown, it drops the answers without a website.
func (c *company) forget(id string) {
	isKnown := false
	for domain, answer := range c.answers {
		ids := []string{
			answer.IDs.Website, answer.IDs.Subscription, string(answer.IDs.Customer), string(answer.IDs.Reseller),
		}
		if slices.Contains(ids, id) {
			delete(c.answers, domain)
			isKnown = true
		}
	}
	if !isKnown {
		maps.DeleteFunc(c.answers, func(_ string, answer hosting.Serving) bool { return answer.IDs.Website == "" })
	}
}

// ask returns the gate's answer, which is zero if there is no website.
func (c *company) ask(domain string) hosting.Serving {
	serving, err := c.gate.Check(c.Context(), domain)
	c.pass(err)
	serving.Since = time.Time{} // nodes do not use it
	return serving
}

// A node that forgets the answers that the feed voids, and asks again at changesAt, is always right.
func TestNodesAreRight(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(40) {
		c := newCompany(t, seed)
		c.follow()
		last := "the start"
		for range 60 {
			for _, domain := range c.domains {
				kept, isKept := c.answers[domain]
				if !isKept || kept.ChangesAt != nil && !c.Now().Before(*kept.ChangesAt) {
					kept = c.ask(domain)
					c.answers[domain] = kept
				}
				if now := c.ask(domain); !reflect.DeepEqual(kept, now) {
					t.Fatalf("seed %d, after %s: the node has %+v for %s, the gate says %+v", seed, last, kept, domain, now)
				}
			}
			last = c.change()
			seen[last]++
			c.follow()
		}
	}
	if len(seen) != 18 {
		t.Errorf("the changes were %v, want 18 kinds", seen)
	}
}
