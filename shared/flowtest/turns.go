package flowtest

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/transfer"
)

// schedule is whose turn it is to call the store.
type schedule struct {
	mu    sync.Mutex
	taken *sync.Cond
	order *rand.Rand
	going []int
	turn  int
}

// Interleave runs flows at the same time, each on its own view of the scene. Before each call of the store the seed tells whose turn it
// is.
func (s *Scene) Interleave(seed uint64, flows ...func(view *Scene)) {
	t := &schedule{order: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // the same seed gives the same order
	t.taken = sync.NewCond(&t.mu)
	for i := range flows {
		t.going = append(t.going, i)
	}
	t.next()
	var all sync.WaitGroup
	for i, flow := range flows {
		all.Go(func() {
			defer t.leave(i)
			view := *s
			view.Store = scheduledStore{s.Store, t, i}
			flow(&view)
		})
	}
	all.Wait()
}

func (t *schedule) next() {
	if len(t.going) > 0 {
		t.turn = t.going[t.order.IntN(len(t.going))]
	}
}

// take waits for a flow's turn, and returns what ends it.
func (t *schedule) take(flow int) func() {
	t.mu.Lock()
	for t.turn != flow {
		t.taken.Wait()
	}
	return func() {
		t.next()
		t.mu.Unlock()
		t.taken.Broadcast()
	}
}

func (t *schedule) leave(flow int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, going := range t.going {
		if going == flow {
			t.going = append(t.going[:i:i], t.going[i+1:]...)
			break
		}
	}
	t.next()
	t.taken.Broadcast()
}

// scheduledStore is the store as one flow calls it.
type scheduledStore struct {
	Store

	turns *schedule
	flow  int
}

func (s scheduledStore) wait() func() { return s.turns.take(s.flow) }

// ReadTransfer waits for its turn.
func (s scheduledStore) ReadTransfer(ctx context.Context, of account.ID) (*account.Account, *transfer.PendingTransfer, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadTransfer(ctx, of)
}

// ReadAccount waits for its turn.
func (s scheduledStore) ReadAccount(ctx context.Context, id account.ID) (*account.Account, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadAccount(ctx, id)
}

// ReadOperation waits for its turn.
func (s scheduledStore) ReadOperation(ctx context.Context, id string, key idempotency.Key) (*operation.Operation, *idempotency.Record, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadOperation(ctx, id, key)
}

// ReadWithOriginator waits for its turn.
func (s scheduledStore) ReadWithOriginator(ctx context.Context, id string, originator account.ID) (*operation.Operation, *account.Account, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadWithOriginator(ctx, id, originator)
}

// ReadBatch waits for its turn.
func (s scheduledStore) ReadBatch(ctx context.Context, id string, number int64) (*operation.Operation, *operation.Batch, []operation.Item, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadBatch(ctx, id, number)
}

// ReadReseller waits for its turn.
func (s scheduledStore) ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadReseller(ctx, id)
}

// ReadPlans waits for its turn.
func (s scheduledStore) ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadPlans(ctx, ids)
}

// ReadSubscriptions waits for its turn.
func (s scheduledStore) ReadSubscriptions(ctx context.Context, ids []string) ([]hosting.Subscription, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadSubscriptions(ctx, ids)
}

// ReadWebsites waits for its turn.
func (s scheduledStore) ReadWebsites(ctx context.Context, ids []string) ([]hosting.Website, error) {
	done := s.wait()
	defer done()
	return s.Store.ReadWebsites(ctx, ids)
}

// ListSubscriptions waits for its turn.
func (s scheduledStore) ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]hosting.Subscription, bool, error) {
	done := s.wait()
	defer done()
	return s.Store.ListSubscriptions(ctx, customer, after, limit)
}

// ListWebsites waits for its turn.
func (s scheduledStore) ListWebsites(ctx context.Context, subscription, after string, limit int) ([]hosting.Website, bool, error) {
	done := s.wait()
	defer done()
	return s.Store.ListWebsites(ctx, subscription, after, limit)
}

// ListCreated waits for its turn.
func (s scheduledStore) ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]backup.Backup, bool, error) {
	done := s.wait()
	defer done()
	return s.Store.ListCreated(ctx, creator, before, limit)
}

// List waits for its turn.
func (s scheduledStore) List(ctx context.Context, selection directory.Selection) (directory.Rows, error) {
	done := s.wait()
	defer done()
	return s.Store.List(ctx, selection)
}

// FindEvents waits for its turn.
func (s scheduledStore) FindEvents(ctx context.Context, events []operation.EventKey) (map[operation.EventKey]bool, error) {
	done := s.wait()
	defer done()
	return s.Store.FindEvents(ctx, events)
}

// FindExternalID waits for its turn.
func (s scheduledStore) FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error) {
	done := s.wait()
	defer done()
	return s.Store.FindExternalID(ctx, owner, externalID)
}

// EraseTrail waits for its turn.
func (s scheduledStore) EraseTrail(ctx context.Context, of account.ID, spared string, most int) (bool, error) {
	done := s.wait()
	defer done()
	return s.Store.EraseTrail(ctx, of, spared, most)
}

// WriteTransfer waits for its turn.
func (s scheduledStore) WriteTransfer(ctx context.Context, writing transfer.Transaction) error {
	done := s.wait()
	defer done()
	return s.Store.WriteTransfer(ctx, writing)
}

// ChangeAccount waits for its turn.
func (s scheduledStore) ChangeAccount(ctx context.Context, change edit.AccountChange) error {
	done := s.wait()
	defer done()
	return s.Store.ChangeAccount(ctx, change)
}

// Wipe waits for its turn.
func (s scheduledStore) Wipe(ctx context.Context, wipe hosting.Wipe) error {
	done := s.wait()
	defer done()
	return s.Store.Wipe(ctx, wipe)
}

// RemoveAccount waits for its turn.
func (s scheduledStore) RemoveAccount(ctx context.Context, removed removal.AccountRemoval) error {
	done := s.wait()
	defer done()
	return s.Store.RemoveAccount(ctx, removed)
}

// RemovePanelUser waits for its turn.
func (s scheduledStore) RemovePanelUser(ctx context.Context, user account.Account, judged *account.Account, happened event.Event, record *idempotency.Record) error {
	done := s.wait()
	defer done()
	return s.Store.RemovePanelUser(ctx, user, judged, happened, record)
}

// WritePlan waits for its turn.
func (s scheduledStore) WritePlan(ctx context.Context, writing plan.PlanChange) error {
	done := s.wait()
	defer done()
	return s.Store.WritePlan(ctx, writing)
}

// BeginBatch waits for its turn.
func (s scheduledStore) BeginBatch(ctx context.Context, of *operation.Operation, batch operation.Batch, due time.Time) error {
	done := s.wait()
	defer done()
	return s.Store.BeginBatch(ctx, of, batch, due)
}

// FinishBatch waits for its turn.
func (s scheduledStore) FinishBatch(ctx context.Context, of *operation.Operation, batch operation.Batch, due time.Time) error {
	done := s.wait()
	defer done()
	return s.Store.FinishBatch(ctx, of, batch, due)
}

// UpdateOperation waits for its turn.
func (s scheduledStore) UpdateOperation(ctx context.Context, change operation.Revision) error {
	done := s.wait()
	defer done()
	return s.Store.UpdateOperation(ctx, change)
}

// AcceptOperation waits for its turn.
func (s scheduledStore) AcceptOperation(ctx context.Context, accepting operation.Acceptance) error {
	done := s.wait()
	defer done()
	return s.Store.AcceptOperation(ctx, accepting)
}
