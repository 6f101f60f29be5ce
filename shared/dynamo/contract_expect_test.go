package dynamo_test

import (
	"errors"
	"reflect"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// reporter is a test, or one run of a generated one.
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

// replayed expects a duplicate and returns the first record.
func expectReplay(t reporter, err error) idempotency.Record {
	t.Helper()
	var first *idempotency.Replayed
	if !errors.As(err, &first) {
		t.Fatalf("error = %v, want a replay", err)
	}
	return first.First
}

func expectEqual[T any](t reporter, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

// stored expects an account to be stored as it is.
func (f *fixture) expectStored(t reporter, want account.Account) {
	t.Helper()
	got, err := f.ReadAccount(f.ctx, want.ID)
	expectNoError(t, err)
	if got == nil {
		t.Fatalf("%s is not there", want.ID)
	}
	expectEqual(t, "account", *got, want)
}

// absent expects nothing to be stored of an account that was refused.
func (f *fixture) expectNotStored(t reporter, refused account.Account) {
	t.Helper()
	got, err := f.ReadAccount(f.ctx, refused.ID)
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

// won expects all but some of those who tried at once to have been refused, and returns how many were not.
func countSuccesses(t reporter, errs []error, code fault.Code) int {
	t.Helper()
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
		} else {
			expectFault(t, err, code)
		}
	}
	return winners
}
