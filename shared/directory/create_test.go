package directory_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/change"
)

// The answer to a creation says what the next reading does.
func TestCreatedForASuspendedReseller(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.north, account.NewHold{})
	s.must(err)
	for i, owner := range []account.ID{s.north, s.south, ""} {
		for j, request := range []change.Request{{}, keyed(fmt.Sprint("key", i))} {
			wanted := s.newAccount(fmt.Sprintf("customer-%d-%d", i, j))
			wanted.Owner = owner
			made, err := s.creator().Customer(t.Context(), s.as(s.admin), request, wanted)
			s.must(err)
			read, err := s.get().Customer(t.Context(), s.as(s.admin), string(made.ID))
			s.must(err)
			if want := owner == s.north; made.OwnerSuspended != want || read.OwnerSuspended != want {
				t.Errorf("a customer of %q is created with ownerSuspended %v, and read with %v", owner, made.OwnerSuspended, read.OwnerSuspended)
			}
		}
	}
}
