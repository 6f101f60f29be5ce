package flowtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Accept accepts an operation. It sends the request as a client does: with a key, and again if the process crashes.
func (s *Scene) Accept(caller account.ID, kind operation.Kind, input operation.NewOperation) operation.AcceptResponse {
	s.tb.Helper()
	acceptor := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	meta := request.Metadata{ID: "request", Key: idempotency.Key{Name: "key of " + string(kind), Fingerprint: "body"}}
	by := s.PausedCaller(caller)
	for range 3 {
		response, err := acceptor.Accept(s.tb.Context(), by, meta, kind, input)
		if err == nil {
			return response
		}
		if !errors.Is(err, ErrCrashed) {
			s.tb.Fatal(err)
		}
		s.Process.Restart()
	}
	s.tb.Fatal("the operation is not accepted after three attempts")
	return operation.AcceptResponse{}
}

// AcceptOne accepts an operation on one account, as Accept does. It returns the error of a request that is refused.
func (s *Scene) AcceptOne(
	caller account.ID, kind operation.Kind, item operation.Item, parameters operation.Parameters,
) (operation.AcceptResponse, error) {
	s.tb.Helper()
	acceptor := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	key := idempotency.Key{Name: string(kind) + " by " + string(caller), Fingerprint: "body"}
	meta := request.Metadata{ID: "request", Key: key}
	by := s.PausedCaller(caller)
	for range 3 {
		response, err := acceptor.AcceptOne(s.tb.Context(), by, meta, kind, item, parameters)
		if !errors.Is(err, ErrCrashed) {
			return response, err
		}
		s.Process.Restart()
	}
	s.tb.Fatal("the operation is not accepted after three attempts")
	return operation.AcceptResponse{}, nil
}

// PausedCaller returns an account as a caller. The read is not a call of the process.
func (s *Scene) PausedCaller(id account.ID) access.Caller {
	resume := s.Process.pause()
	defer resume()
	return s.Caller(id)
}

// Canceller returns the use case that cancels operations.
func (s *Scene) Canceller() operation.Canceller {
	return operation.Canceller{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
}

// Viewer returns the use case that shows operations.
func (s *Scene) Viewer() operation.Viewer {
	return operation.Viewer{Store: s.Store, Cursors: plainCursors{}}
}

// plainCursors are cursors that are not encrypted.
type plainCursors struct{}

// Seal implements operation.Cursors.
func (plainCursors) Seal(_ context.Context, position any, _ ...string) (string, error) {
	return fmt.Sprint(position), nil
}

// Open implements operation.Cursors.
func (plainCursors) Open(_ context.Context, cursor string, position any, _ ...string) error {
	_, err := fmt.Sscan(cursor, position)
	return err
}

// Items returns the results of all items of an operation.
func (s *Scene) Items(o *operation.Operation) (items []operation.ItemView) {
	s.tb.Helper()
	originator := access.Caller{Account: account.Account{ID: o.Originator}}
	for cursor := ""; ; {
		page, err := s.Viewer().ListItems(s.tb.Context(), originator, o.ID, "", 100, cursor)
		s.must(err)
		items = append(items, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return items
		}
	}
}

// Describe describes everything that must not depend on crashes: the kind, owner, login, status, lifecycle and version
// of each account, the names of its events, the state and counts of the operation, and the result of each item.
func (s *Scene) Describe(operationID string) string {
	s.tb.Helper()
	var text strings.Builder
	for i, id := range append([]account.ID{s.North, s.South}, s.Customers...) {
		a, err := s.Store.ReadAccount(s.tb.Context(), id)
		s.must(err)
		if a == nil {
			fmt.Fprintf(&text, "%d is gone\n", i)
			continue
		}
		events := make(map[event.Name]int)
		for _, entry := range s.Trail(id) {
			if entry.Name != event.OperationStarted {
				events[entry.Name]++
			}
		}
		fmt.Fprintf(&text, "%d %s of %s, %s, %s, %s, version %d, %v\n",
			i, a.Kind, a.Owner, a.Login, a.Status(s.Now()), a.Lifecycle, a.Version, events)
	}
	o, _, err := s.Store.ReadOperation(s.tb.Context(), operationID, idempotency.Key{})
	s.must(err)
	fmt.Fprintf(&text, "%s %s: %d = %d + %d + %d\n", o.Kind, o.State, o.Total, o.Succeeded, o.Failed, o.Cancelled)
	for _, item := range s.Items(o) {
		fmt.Fprintf(&text, "%s %s %s\n", item.Customer, item.State, item.Code)
	}
	return text.String()
}

// GiveUp ends an operation as if all its attempts had failed.
func (s *Scene) GiveUp(id string) {
	s.tb.Helper()
	o, _, err := s.Store.ReadOperation(s.tb.Context(), id, idempotency.Key{})
	s.must(err)
	after := *o
	after.State, after.Failed, after.GivenUp, after.DueAt = operation.Failed, o.Total, true, nil
	after.Version++
	s.must(s.Store.UpdateOperation(s.tb.Context(), operation.Revision{Before: *o, After: after}))
}
