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
	read := func() error { return second(s.FindLogin(t.Context(), "ada")) }
	s.faults.fail(getItem, throttled(), requestLost, respond(500, "InternalServerError", nil))
	if err := read(); err != nil {
		t.Errorf("after three failures: %v", err)
	}
	for name, failing := range map[string]failure{"throttled": throttled(), "lost": requestLost} {
		s.faults.fail(getItem, times(maxCallAttempts, failing)...)
		if err := read(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
	}
	s.faults.fail(getItem, respond(400, "ResourceNotFoundException", nil))
	if err := read(); err == nil || fault.CodeOf(err) != "" {
		t.Errorf("error = %v, want a defect", err)
	}
}

// Whoever asks whether the storage answers wants to know soon.
func TestPingWithoutResponse(t *testing.T) {
	s := newFixture(t)
	for name, failing := range map[string]failure{
		"throttled": throttled(), "lost": requestLost, "broken": respond(500, "InternalServerError", nil),
		"late": func(request *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			end, bounded := request.Context().Deadline()
			if !bounded || time.Until(end) > pingTimeout {
				t.Errorf("the call may take until %v", end)
			}
			return nil, context.DeadlineExceeded
		},
	} {
		s.faults.fail(getItem, failing)
		if err := s.Ping(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
		s.faults.expectCalls(t, getItem)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
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
		t.Fatalf("found %d, %v", len(found), err)
	}
	s.faults.expectCalls(t, "BatchGetItem", "BatchGetItem", "BatchGetItem")

	s.faults.fail("BatchGetItem", times(maxAttempts, processNoKey)...)
	if _, err := s.ReadAccounts(t.Context(), ids); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v, want unavailable", err)
	}
}
