package flowtest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/hosting"
	"tenantry/shared/transfer"
)

// staleness is how long an index may tell what was.
const staleness = 15 * time.Second

// StaleStore is a store whose lists of subscriptions, websites and customers tell, by an order of the seed, what is or what was a moment ago.
type StaleStore struct {
	Store

	now           func() time.Time
	mu            sync.Mutex
	order         *rand.Rand
	subscriptions map[account.ID]*index[hosting.Subscription]
	websites      map[string]*index[hosting.Website]
	customers     map[account.ID]*index[account.Account]
	served        int
}

// NewStaleStore makes the lists of a store late.
func NewStaleStore(store Store, now func() time.Time, seed uint64) *StaleStore {
	return &StaleStore{
		Store: store, now: now, order: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // the same seed gives the same order
		subscriptions: map[account.ID]*index[hosting.Subscription]{}, websites: map[string]*index[hosting.Website]{},
		customers: map[account.ID]*index[account.Account]{},
	}
}

// StaleReads is how many lists have told what was.
func (l *StaleStore) StaleReads() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.served
}

// index is what a list told at what time.
type index[T any] struct {
	at   []time.Time
	rows [][]T
}

// all is more than any list of a scene has.
const all = 10_000

// tell remembers what is, and returns what is told.
func tell[K comparable, T any](l *StaleStore, of map[K]*index[T], key K, is []T) []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := of[key]
	if known == nil {
		known = &index[T]{}
		of[key] = known
	}
	known.at, known.rows = append(known.at, l.now()), append(known.rows, is)
	at := len(known.at) - 1
	for at > 0 && l.now().Sub(known.at[at]) < staleness && l.order.IntN(3) > 0 {
		at--
	}
	if at < len(known.at)-1 {
		l.served++
	}
	return slices.Clone(known.rows[at])
}

func page[T any](rows []T, after string, limit int, id func(*T) string) ([]T, bool) {
	rows = slices.DeleteFunc(rows, func(row T) bool { return id(&row) <= after })
	return rows[:min(limit, len(rows))], len(rows) > limit
}

// ListSubscriptions tells late.
func (l *StaleStore) ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]hosting.Subscription, bool, error) {
	is, _, err := l.Store.ListSubscriptions(ctx, customer, "", all)
	if err != nil {
		return nil, false, err
	}
	rows, more := page(tell(l, l.subscriptions, customer, is), after, limit, func(of *hosting.Subscription) string { return of.ID })
	return rows, more, nil
}

// ListWebsites tells late.
func (l *StaleStore) ListWebsites(ctx context.Context, subscription, after string, limit int) ([]hosting.Website, bool, error) {
	is, _, err := l.Store.ListWebsites(ctx, subscription, "", all)
	if err != nil {
		return nil, false, err
	}
	rows, more := page(tell(l, l.websites, subscription, is), after, limit, func(of *hosting.Website) string { return of.ID })
	return rows, more, nil
}

// List tells late of an owner's customers, all of them on one page.
func (l *StaleStore) List(ctx context.Context, selection directory.Selection) (directory.Rows, error) {
	if selection.Kind != account.Customer || selection.Owner == "" || selection.After != "" {
		return l.Store.List(ctx, selection)
	}
	selection.Limit = all
	is, err := l.Store.List(ctx, selection)
	if err != nil {
		return is, err
	}
	return directory.Rows{Accounts: tell(l, l.customers, selection.Owner, is.Accounts)}, nil
}

// WriteHosting has the indexes remember what was before.
func (l *StaleStore) WriteHosting(ctx context.Context, w hosting.HostingChange) error {
	if err := l.remember(ctx, w.Customer.ID); err != nil {
		return err
	}
	return l.Store.WriteHosting(ctx, w)
}

// WriteTransfer has the indexes remember what was before.
func (l *StaleStore) WriteTransfer(ctx context.Context, w transfer.Transaction) error {
	if w.Account != nil {
		if err := l.remember(ctx, w.Account.Before.ID); err != nil {
			return err
		}
	}
	return l.Store.WriteTransfer(ctx, w)
}

func (l *StaleStore) remember(ctx context.Context, customer account.ID) error {
	_, _, err := l.ListSubscriptions(ctx, customer, "", all)
	return err
}
