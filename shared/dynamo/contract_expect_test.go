package dynamo_test

import (
	"errors"
	"reflect"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// reporter is a *testing.T, a *testing.B or a *rapid.T.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

func expectNoError(t reporter, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

func expectFault(t reporter, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("error = %v, want %s", err, code)
	}
}

// expectReplay expects the error of a repeated request, and returns the record of the first one.
func expectReplay(t reporter, err error) idempotency.Record {
	t.Helper()
	var first *idempotency.Replayed
	if !errors.As(err, &first) {
		t.Fatalf("error = %v, want *idempotency.Replayed", err)
	}
	return first.First
}

func expectEqual[T any](t reporter, subject string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", subject, got, want)
	}
}

// expectStored expects the stored account to equal want.
func (f *fixture) expectStored(t reporter, want account.Account) {
	t.Helper()
	got, err := f.ReadAccount(f.ctx, want.ID)
	expectNoError(t, err)
	if got == nil {
		t.Fatalf("account %s does not exist", want.ID)
	}
	expectEqual(t, "account", *got, want)
}

// expectPassword expects the password of an account, by itself and in a sign-in.
func (f *fixture) expectPassword(t reporter, id account.ID, want access.StoredPassword) {
	t.Helper()
	found, err := f.ReadPassword(f.ctx, id)
	expectNoError(t, err)
	expectEqual(t, "password", found, want)
	_, hash, err := f.ReadSignIn(f.ctx, []account.ID{id})
	expectNoError(t, err)
	expectEqual(t, "hash for a sign-in", hash, want.Hash)
}

// expectNotStored expects that the account does not exist.
func (f *fixture) expectNotStored(t reporter, a account.Account) {
	t.Helper()
	got, err := f.ReadAccount(f.ctx, a.ID)
	expectNoError(t, err)
	expectEqual(t, "account", got, nil)
}

func (f *fixture) expectCount(t reporter, kind account.Kind, owner account.ID, want int64) {
	t.Helper()
	got, err := f.Count(f.ctx, kind, owner)
	expectNoError(t, err)
	if got != want {
		t.Fatalf("count of %s of %q = %d, want %d", kind, owner, got, want)
	}
}

// countSuccesses returns the number of attempts without an error. It expects the fault of all other attempts.
func countSuccesses(t reporter, errs []error, code fault.Code) int {
	t.Helper()
	successes := 0
	for _, err := range errs {
		if err == nil {
			successes++
		} else {
			expectFault(t, err, code)
		}
	}
	return successes
}
