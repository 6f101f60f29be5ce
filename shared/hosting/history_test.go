package hosting_test

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
	"tenantry/shared/sweep"
)

// history is a reseller whose customers, plans and subscriptions are created, changed and removed at random.
type history struct {
	*rapid.T

	store    *dynamotest.Store
	mu       sync.Mutex // of the clock: a sweep has several shards
	clock    time.Time
	ids      idgen.Generator
	reseller access.Caller
	admin    access.Caller
	accounts directory.Change
	sweep    sweep.Sweeper
	behind   bool // time has passed since the last sweep
	subs     hosting.Subscriptions
	plans    plan.Plans
	create   directory.Create
	serial   int

	customers     []string
	services      []plan.ID
	subscriptions map[string]string // and whose they are
}

func newHistory(t *rapid.T) *history {
	h := &history{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), subscriptions: map[string]string{}}
	h.store = dynamotest.New(h.now)
	h.ids = idgen.Generator{Now: h.now, Random: rand.Reader}
	cursors := page.NewSealer(h.store.CursorKey, rand.Reader)
	h.subs = hosting.Subscriptions{Store: h.store, NewID: h.ids.New, Cursors: cursors, Now: h.now}
	h.plans = plan.Plans{Prefix: plan.ServicePrefix, Store: h.store, NewID: h.ids.New, Cursors: cursors, Now: h.now}
	h.create = directory.Create{
		Store:     h.store,
		Mails:     h.store.Mails(),
		NewID:     h.ids.New,
		Passwords: plainHasher{},
		Policy:    password.Policy{},
		Now:       h.now,
	}
	admin := access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}}
	h.admin, h.accounts = admin, directory.Change{Store: h.store, Mails: h.store.Mails(), NewID: h.ids.New, Now: h.now}
	h.sweep = sweep.Sweeper{Store: h.store, Now: h.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Subscription: hosting.DueHandler{Store: h.store, NewID: h.ids.New, Now: h.now},
	}}
	input := h.person()
	input.Given = &account.ResellerLimits{Resources: resource.Set{Allotments: map[string]int64{
		resource.Customers: 4, "disk_space": 60, "max_db": 40, resource.Websites: resource.Unlimited,
	}}}
	created, err := h.create.Reseller(t.Context(), admin, request.Metadata{}, input)
	h.must(err)
	reseller, err := h.store.ReadAccount(t.Context(), created.ID)
	h.must(err)
	h.reseller = access.Caller{Account: *reseller}
	return h
}

// now advances the clock, so that ids are in order of creation.
func (h *history) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(time.Millisecond)
	return h.clock
}

func (h *history) person() directory.NewAccount {
	h.serial++
	return directory.NewAccount{
		Login: fmt.Sprintf("login-%d", h.serial), Contact: account.Contact{Name: "N", Email: "n@example.com"},
		Password: new("a long enough secret"), // without a password, the account's welcome mail would be due
	}
}

// must fails on all errors except fault.LimitExceeded. Reports whether there is no error.
func (h *history) must(err error) bool {
	if err != nil && !fault.Is(err, fault.LimitExceeded) {
		h.Fatalf("%v", err)
	}
	return err == nil
}

func (h *history) set() *resource.Set {
	set := &resource.Set{Allotments: map[string]int64{}}
	for _, name := range []string{"disk_space", "max_db", "max_box"} {
		set.Allotments[name] = rapid.Int64Range(-1, 20).Draw(h.T, name)
	}
	return set
}

func (h *history) subscription() string {
	if len(h.subscriptions) == 0 {
		h.Skip("no subscription")
	}
	return rapid.SampledFrom(slices.Sorted(maps.Keys(h.subscriptions))).Draw(h.T, "subscription")
}

// manager returns the administrator or the reseller.
func (h *history) manager() access.Caller {
	if rapid.Bool().Draw(h.T, "by the administrator") {
		return h.admin
	}
	return h.reseller
}

// until returns a future time, or nil.
func (h *history) until(what string) *time.Time {
	minutes := rapid.IntRange(0, 60).Draw(h.T, what)
	if minutes == 0 {
		return nil
	}
	at := h.now().Add(time.Duration(minutes) * time.Minute)
	return &at
}

func (h *history) service() string {
	named := append([]plan.ID{plan.Custom}, h.services...)
	return string(rapid.SampledFrom(named).Draw(h.T, "plan"))
}

func (h *history) actions() map[string]func(*rapid.T) {
	ctx := h.Context()
	return map[string]func(*rapid.T){
		"customer": func(*rapid.T) {
			created, err := h.create.Customer(ctx, h.reseller, request.Metadata{}, h.person())
			if h.must(err) {
				h.customers = append(h.customers, string(created.ID))
			}
		},
		"plan": func(*rapid.T) {
			name := "plan"
			created, err := h.plans.Create(
				ctx,
				h.reseller,
				request.Metadata{},
				plan.Input{Name: &name, Allotments: h.set().Allotments},
			)
			h.must(err)
			h.services = append(h.services, created.ID)
		},
		"edit a plan": func(*rapid.T) {
			if id := plan.ID(h.service()); id != plan.Custom {
				_, err := h.plans.Edit(ctx, h.reseller, request.Metadata{}, id, plan.Input{Allotments: h.set().Allotments})
				h.must(err)
			}
		},
		"subscribe": func(*rapid.T) {
			owner := string(h.reseller.Account.ID) // a reseller has subscriptions of its own too
			if len(h.customers) > 0 && rapid.Bool().Draw(h.T, "of a customer") {
				owner = rapid.SampledFrom(h.customers).Draw(h.T, "customer")
			}
			h.serial++
			input := hosting.NewSubscription{Domain: fmt.Sprintf("d%d.example", h.serial), ServicePlan: h.service()}
			if input.ServicePlan == plan.Custom || rapid.Bool().Draw(h.T, "customised") {
				input.Resources = h.set()
			}
			input.ExpiresAt = h.until("expires")
			created, err := h.subs.Create(ctx, h.reseller, request.Metadata{}, owner, input)
			if h.must(err) {
				h.subscriptions[created.ID] = owner
			}
		},
		"switch the plan": func(*rapid.T) {
			_, err := h.subs.ChangePlan(ctx, h.reseller, request.Metadata{}, h.subscription(), h.service(), nil)
			h.must(err)
		},
		"suspend": func(*rapid.T) {
			_, err := h.subs.Suspend(
				ctx,
				h.manager(),
				request.Metadata{},
				h.subscription(),
				account.HoldInput{Until: h.until("until")},
			)
			h.must(err)
		},
		"activate": func(*rapid.T) {
			_, err := h.subs.Activate(ctx, h.manager(), request.Metadata{}, h.subscription())
			if !fault.Is(err, fault.HeldByHigherLevel) {
				h.must(err)
			}
		},
		"activate a customer": func(*rapid.T) {
			if len(h.customers) == 0 {
				h.Skip("no customer")
			}
			customer := rapid.SampledFrom(h.customers).Draw(h.T, "customer")
			_, err := h.accounts.Activate(ctx, h.manager(), request.Metadata{}, customer, directory.AllSubscriptions)
			h.must(err)
		},
		"time passes": func(*rapid.T) {
			h.clock = h.clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(h.T, "minutes")) * time.Minute)
			h.behind = true
		},
		"sweep": func(*rapid.T) {
			for range rapid.IntRange(1, 2).Draw(h.T, "times") {
				_, err := h.sweep.Run(ctx, "", struct{}{})
				h.must(err)
			}
			h.behind = false
		},
		"remove": func(*rapid.T) {
			id := h.subscription()
			h.must(h.subs.Remove(ctx, h.reseller, request.Metadata{}, id))
			delete(h.subscriptions, id)
		},
		"": h.check,
	}
}

// check compares the stored counts with a new count.
func (h *history) check(*rapid.T) {
	counts, err := h.store.Reconcile(h.Context(), h.reseller.Account.ID)
	h.must(err)
	if !counts.InOrder {
		h.Fatalf("the reconciliation is %+v, want no drift", counts)
	}
	has, err := h.store.ReadReseller(h.Context(), h.reseller.Account.ID)
	h.must(err)
	if has.Used.Customers > 4 || has.Used.Subscriptions != int64(len(h.subscriptions)) {
		h.Fatalf("the reseller has used %+v, want %d subscriptions and at most 4 customers", has.Used, len(h.subscriptions))
	}
	if h.behind {
		return // the sweep updates the counts of held subscriptions
	}
	for _, id := range append(h.customers, string(h.reseller.Account.ID)) {
		customer, err := h.store.ReadAccount(h.Context(), account.ID(id))
		h.must(err)
		serving, all := int64(0), int64(0)
		for subscription, owner := range h.subscriptions {
			if owner != id {
				continue
			}
			found, err := h.subs.Get(h.Context(), h.reseller, subscription)
			h.must(err)
			if all++; found.Status == account.Active {
				serving++
			}
		}
		if customer.SubscriptionCounts() != (account.SubscriptionCounts{Total: all, Active: serving}) {
			h.Fatalf("%s counts %+v, want %d subscriptions, %d of them active", id, customer.SubscriptionCounts(), all, serving)
		}
	}
}

func TestCountsNeverDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { t.Repeat(newHistory(t).actions()) })
}
