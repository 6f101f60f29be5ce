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

func succeeds(t reporter, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

func refused(t reporter, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("error = %v, want %s", err, code)
	}
}

// replayed expects a duplicate and returns the first record.
func replayed(t reporter, err error) idempotency.Record {
	t.Helper()
	var first *idempotency.Replayed
	if !errors.As(err, &first) {
		t.Fatalf("error = %v, want a replay", err)
	}
	return first.First
}

func equal[T any](t reporter, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

// stored expects an account to be stored as it is.
func (w *world) stored(t reporter, want account.Account) {
	t.Helper()
	got, err := w.ReadAccount(w.ctx, want.ID)
	succeeds(t, err)
	if got == nil {
		t.Fatalf("%s is not there", want.ID)
	}
	equal(t, "account", *got, want)
}

// absent expects nothing to be stored of an account that was refused.
func (w *world) absent(t reporter, refused account.Account) {
	t.Helper()
	got, err := w.ReadAccount(w.ctx, refused.ID)
	succeeds(t, err)
	equal(t, "account", got, nil)
}

func (w *world) counts(t reporter, kind account.Kind, owner account.ID, want int64) {
	t.Helper()
	got, err := w.Count(w.ctx, kind, owner)
	succeeds(t, err)
	if got != want {
		t.Fatalf("count of %s of %q = %d, want %d", kind, owner, got, want)
	}
}

// won expects all but some of those who tried at once to have been refused, and returns how many were not.
func won(t reporter, errs []error, code fault.Code) int {
	t.Helper()
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
		} else {
			refused(t, err, code)
		}
	}
	return winners
}
