package dynamo

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

func TestReadsWithoutResponse(t *testing.T) {
	s := newFixture(t)
	read := func() error { return second(s.ReadTombstone(t.Context(), "bak_1")) }
	s.faults.fail(getItem, throttled(), requestLost, respond(500, "InternalServerError", nil))
	if err := read(); err != nil {
		t.Errorf("after three failures: %v", err)
	}
	for name, failed := range map[string]failure{"throttled": throttled(), "lost": requestLost} {
		s.faults.fail(getItem, times(maxCallAttempts, failed)...)
		if err := read(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
	}
	s.faults.fail(getItem, respond(400, "ResourceNotFoundException", nil))
	if err := read(); err == nil || fault.CodeOf(err) != "" {
		t.Errorf("error = %v, want a defect", err)
	}
}

// Ping makes one short attempt.
func TestPingWithoutResponse(t *testing.T) {
	s := newFixture(t)
	for name, failed := range map[string]failure{
		"throttled": throttled(), "lost": requestLost, "server error": respond(500, "InternalServerError", nil),
		"late": func(request *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			end, hasDeadline := request.Context().Deadline()
			if !hasDeadline || time.Until(end) > pingTimeout {
				t.Errorf("the deadline is %v, want at most %v from now", end, pingTimeout)
			}
			return nil, context.DeadlineExceeded
		},
	} {
		s.faults.fail(getItem, failed)
		if err := s.Ping(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
		s.faults.expectCalls(t, getItem)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("without a failure: error = %v", err)
	}
}

func TestUnprocessedKeysAreReadAgain(t *testing.T) {
	s := newFixture(t)
	var ids []account.ID
	for _, login := range []string{"ada", "bob", "cyd"} {
		c := s.creation(t, login)
		if err := s.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.Account.ID)
	}
	s.faults.fail("BatchGetItem", processFirstKey, processFirstKey)
	found, err := s.ReadAccounts(t.Context(), ids)
	if err != nil || len(found) != 3 {
		t.Fatalf("%d accounts, error %v; want 3", len(found), err)
	}
	s.faults.expectCalls(t, "BatchGetItem", "BatchGetItem", "BatchGetItem")

	s.faults.fail("BatchGetItem", times(usual.attempts, processNoKey)...)
	if _, err := s.ReadAccounts(t.Context(), ids); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v, want unavailable", err)
	}
}
