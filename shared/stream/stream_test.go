package stream_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/outbox"
	"tenantry/shared/stream"
)

// partial handles a number of events.
type partial struct {
	handles int
	err     error
	got     int // events in the last call
}

func (p *partial) Handle(_ context.Context, events []event.Event) (int, error) {
	p.got = len(events)
	return min(p.handles, len(events)), p.err
}

// A handler gets only the events that the handler before it has handled. The others are delivered again.
func TestConsumerPassesOnWhatIsHandled(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	for name, c := range map[string]struct {
		handles [2]int
		errs    [2]error
		want    int
	}{
		"all":              {[2]int{4, 4}, [2]error{nil, nil}, 4},
		"some of some":     {[2]int{3, 2}, [2]error{nil, nil}, 2},
		"the first fails":  {[2]int{1, 4}, [2]error{first, nil}, 1},
		"the second fails": {[2]int{4, 0}, [2]error{nil, second}, 0},
		"both fail":        {[2]int{2, 1}, [2]error{first, second}, 1},
		"only logged":      {[2]int{4, 4}, [2]error{first, nil}, 4},
	} {
		a, b := &partial{handles: c.handles[0], err: c.errs[0]}, &partial{handles: c.handles[1], err: c.errs[1]}
		handled, err := stream.Consumer{a, b}.Handle(t.Context(), make([]event.Event, 4))
		if handled != c.want || a.got != 4 || b.got != min(4, c.handles[0]) {
			t.Errorf("%s: handled %d, want %d; the handlers got %d and %d events", name, handled, c.want, a.got, b.got)
		}
		for _, cause := range []error{first, second} {
			if errors.Is(err, cause) != slices.Contains(c.errs[:], cause) {
				t.Errorf("%s: error %v, want %v", name, err, c.errs)
			}
		}
	}
}

var errOutage = errors.New("out of reach")

// mailQueue accepts a number of messages.
type mailQueue struct {
	accepts  int
	messages []outbox.Message
}

func (q *mailQueue) Enqueue(_ context.Context, messages []outbox.Message) (int, error) {
	accepted := min(q.accepts, len(messages))
	q.messages = append(q.messages, messages[:accepted]...)
	if accepted < len(messages) {
		return accepted, errOutage
	}
	return accepted, nil
}

// A mail that the queue rejects holds up its event and all later ones, so that no notice overtakes it.
func TestEnqueueMails(t *testing.T) {
	events := []event.Event{
		{
			ID:      "1",
			Account: "cus_1",
		},
		{ID: "2", Mail: event.ForgottenMail},
		{ID: "3", Account: "cus_1", Mail: event.ResetMail},
		{ID: "4", Account: "cus_2"},
	}
	all := []outbox.Message{{Event: "2"}, {Event: "3", Account: "cus_1"}}
	for accepts, want := range map[int]struct{ handled, notices int }{0: {1, 1}, 1: {2, 1}, 2: {4, 3}} {
		queue, notices := &mailQueue{accepts: accepts}, &bus{accepts: 9}
		handled, err := stream.Consumer{
			stream.EnqueueMails{Queue: queue},
			stream.PublishNotices{Bus: notices},
		}.Handle(
			t.Context(),
			events,
		)
		if handled != want.handled || len(notices.notices) != want.notices || errors.Is(err, errOutage) != (accepts < 2) {
			t.Errorf(
				"a queue that accepts %d messages: handled %d, %d notices, error %v",
				accepts,
				handled,
				len(notices.notices),
				err,
			)
		}
		if !slices.Equal(queue.messages, all[:accepts]) {
			t.Errorf("enqueued %v, want %v", queue.messages, all[:accepts])
		}
	}
}

// workflows records the attempts that are started.
type workflows struct {
	err   error
	kinds []operation.Kind
	names []string
}

func (w *workflows) Start(_ context.Context, kind operation.Kind, input operation.ExecutionInput) error {
	w.kinds, w.names = append(w.kinds, kind), append(w.names, input.ExecutionName())
	return w.err
}

// The event itself says what to start. A workflow that does not start is logged and holds up nothing.
func TestStartWorkflows(t *testing.T) {
	events := []event.Event{
		{
			ID:        "1",
			Name:      event.OperationStarted,
			Subject:   "op_1",
			Execution: &event.Execution{Operation: "op_1", Kind: "suspend-customers", Attempt: 10},
		},
		{ID: "2", Name: event.OperationAccepted, Subject: "op_2"},
		{
			ID:        "3",
			Name:      event.OperationStarted,
			Subject:   "op_3",
			Execution: &event.Execution{Operation: "op_3", Kind: "move-customers", Attempt: 1},
		},
	}
	for _, outage := range []error{nil, errOutage} {
		w := &workflows{err: outage}
		handled, err := stream.StartWorkflows{Workflows: w}.Handle(t.Context(), events)
		if handled != len(events) || !errors.Is(err, outage) {
			t.Errorf("handled %d, error %v, want 3 and %v", handled, err, outage)
		}
		if !slices.Equal(w.names, []string{"op_1-10", "op_3-1"}) ||
			!slices.Equal(w.kinds, []operation.Kind{operation.Suspend, operation.Move}) {
			t.Errorf("started %v of kinds %v", w.names, w.kinds)
		}
	}
}
