package dynamo

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

func TestReadsOutOfReach(t *testing.T) {
	s := newScene(t)
	read := func() error { return second(s.FindLogin(t.Context(), "ada")) }
	s.line.fail(reads, throttled(), lostBefore, answers(500, "InternalServerError", nil))
	if err := read(); err != nil {
		t.Errorf("after three failures: %v", err)
	}
	for name, failing := range map[string]failure{"throttled": throttled(), "lost": lostBefore} {
		s.line.fail(reads, times(maxCallAttempts, failing)...)
		if err := read(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
	}
	s.line.fail(reads, answers(400, "ResourceNotFoundException", nil))
	if err := read(); err == nil || fault.CodeOf(err) != "" {
		t.Errorf("error = %v, want a defect", err)
	}
}

// Whoever asks whether the storage answers wants to know soon.
func TestPingOutOfReach(t *testing.T) {
	s := newScene(t)
	for name, failing := range map[string]failure{
		"throttled": throttled(), "lost": lostBefore, "broken": answers(500, "InternalServerError", nil),
		"late": func(request *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			end, bounded := request.Context().Deadline()
			if !bounded || time.Until(end) > pingTimeout {
				t.Errorf("the call may take until %v", end)
			}
			return nil, context.DeadlineExceeded
		},
	} {
		s.line.fail(reads, failing)
		if err := s.Ping(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: error = %v, want unavailable", name, err)
		}
		s.line.did(t, reads)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestUnprocessedKeys(t *testing.T) {
	s := newScene(t)
	var ids []account.ID
	for _, login := range []string{"ada", "bob", "cyd"} {
		c := s.creation(t, login)
		if err := s.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.Account.ID)
	}
	s.line.fail("BatchGetItem", onlyFirstKey, onlyFirstKey)
	found, err := s.ReadAccounts(t.Context(), ids)
	if err != nil || len(found) != 3 {
		t.Fatalf("found %d, %v", len(found), err)
	}
	s.line.did(t, "BatchGetItem", "BatchGetItem", "BatchGetItem")

	s.line.fail("BatchGetItem", times(maxAttempts, noKey)...)
	if _, err := s.ReadAccounts(t.Context(), ids); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v, want unavailable", err)
	}
}
