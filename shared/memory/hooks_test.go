package memory_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/memory"
)

var errOutage = errors.New("the storage is out of reach")

func founding(login account.Login) access.Founding {
	a := account.Account{ID: account.ID("adm_" + login), Kind: account.Administrator, Login: login, Owner: account.AdministratorOwner, Version: 1}
	return access.Founding{Account: a, Event: event.Event{ID: "evt_" + string(login), Account: a.ID}, CursorKey: []byte("key")}
}

func TestFailBeforeAndAfter(t *testing.T) {
	s := memory.New(time.Now)
	only := func(method string) func(string) error {
		return func(called string) error {
			if called == method {
				return errOutage
			}
			return nil
		}
	}
	s.FailBefore = only("Found")
	if err := s.Found(t.Context(), founding("first")); !errors.Is(err, errOutage) || len(s.Events()) != 0 {
		t.Fatalf("error = %v, events = %v", err, s.Events())
	}
	s.FailBefore, s.FailAfter = nil, only("Found")
	if err := s.Found(t.Context(), founding("first")); !errors.Is(err, errOutage) || len(s.Events()) != 1 {
		t.Fatalf("error = %v, events = %v", err, s.Events())
	}
}

// A hook may use the store, as another request that comes in between.
func TestHookChangesSomethingInBetween(t *testing.T) {
	s := memory.New(time.Now)
	if err := s.Found(t.Context(), founding("first")); err != nil {
		t.Fatal(err)
	}
	s.FailBefore = func(method string) error {
		if method != "ReadAccount" {
			return nil
		}
		s.FailBefore = nil
		before, after := founding("first").Account, founding("first").Account
		after.Version = 2
		return s.ChangeAccount(t.Context(), edit.AccountChange{Before: before, After: after})
	}
	found, err := s.ReadAccount(t.Context(), "adm_first")
	if err != nil || found.Version != 2 {
		t.Errorf("account = %+v, %v", found, err)
	}
}
