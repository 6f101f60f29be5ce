package stream_test

import (
	"context"
	"testing"

	"tenantry/shared/event"
	"tenantry/shared/stream"
)

// errands accepts a number of orders.
type errands struct {
	accepts int
	orders  []event.Order
}

func (e *errands) Enqueue(_ context.Context, orders []event.Order) (int, error) {
	accepted := min(e.accepts, len(orders))
	e.orders = append(e.orders, orders[:accepted]...)
	if accepted < len(orders) {
		return accepted, errOutage
	}
	return accepted, nil
}

// Errands go to the queue of their kind. An errand that its queue rejects holds up its event and all later ones.
func TestEnqueueErrands(t *testing.T) {
	sweep := event.Event{ID: "2", Account: "cus_1", Subject: "bak_1", Actor: "res_1", RequestID: "r", Errand: event.SweepBackup}
	events := []event.Event{
		{ID: "1", Account: "cus_1"},
		sweep,
		{ID: "3", Account: "cus_1", Errand: event.FinishRemoval},
		{ID: "4", Account: "cus_1", Mail: event.ResetMail},
		{ID: "5", Account: "cus_1", Errand: event.SweepBackup},
		{ID: "6"},
	}
	for _, c := range []struct{ mails, sweeps, removals, handled int }{
		{9, 9, 9, 6}, {9, 1, 9, 4}, {9, 0, 9, 1}, {9, 9, 0, 2}, {0, 9, 9, 3}, {0, 9, 0, 2}, {0, 0, 0, 1},
	} {
		mails, sweeps, removals, notices := &mailQueue{accepts: c.mails}, &errands{accepts: c.sweeps}, &errands{accepts: c.removals}, &bus{accepts: 9}
		handled, err := stream.Consumer{
			stream.EnqueueMails{Queue: mails},
			stream.EnqueueErrands{Queues: map[event.Errand]stream.ErrandQueue{event.SweepBackup: sweeps, event.FinishRemoval: removals}},
			stream.PublishNotices{Bus: notices},
		}.Handle(t.Context(), events)
		if handled != c.handled || (err != nil) != (c.handled < 6) || len(notices.notices) != min(c.handled, 5) {
			t.Errorf("%+v: handled %d, %d notices, error %v", c, handled, len(notices.notices), err)
		}
		if len(sweeps.orders) > 0 && sweeps.orders[0] != (event.Order{Event: "2", Account: "cus_1", Subject: "bak_1", Actor: "res_1", RequestID: "r"}) {
			t.Errorf("enqueued %+v", sweeps.orders[0])
		}
	}
}
