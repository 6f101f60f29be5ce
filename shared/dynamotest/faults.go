package dynamotest

import (
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// ErrOutage is the error of a call that finds no storage. Its outcome is unknown to the store.
var ErrOutage = errors.New("the storage is out of reach")

// ErrConflict is DynamoDB's error for a transaction that meets another one.
var ErrConflict error = &types.TransactionCanceledException{
	Message: aws.String(
		"Transaction cancelled",
	),
	CancellationReasons: []types.CancellationReason{{Code: aws.String("TransactionConflict")}},
}

// Faults is what goes wrong with the calls of a store.
type Faults struct {
	mu     sync.Mutex
	before func(Call) error
	after  func(Call) error
}

// Before has a function run before every call; nil for none. If it returns an error, the call is not made and returns
// that error. The function may use the store. It runs at the same time as others where the store makes calls side by
// side.
func (f *Faults) Before(hook func(Call) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = hook
}

// After has a function run after every call that succeeded; nil for none. If it returns an error, the call has taken
// effect but its answer is lost, and it returns that error.
func (f *Faults) After(hook func(Call) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = hook
}

// Planned reports whether something is still to go wrong, or to come in between.
func (f *Faults) Planned() bool { return f.hook(&f.before) != nil || f.hook(&f.after) != nil }

// Mend lets nothing go wrong any more.
func (f *Faults) Mend() {
	f.Before(nil)
	f.After(nil)
}

// Between runs a function once, before the next selected call: as another request would come in between. The function
// must succeed: if it returns an error, the call is not made and the store passes the error on.
func (f *Faults) Between(when When, act func() error) { f.BetweenEach(when, 1, act) }

// BetweenEach runs a function before each of the next selected calls, so many times. The calls that the function makes
// itself are not among them.
func (f *Faults) BetweenEach(when When, times int, act func() error) {
	f.Before(func(call Call) error {
		if !when(call) {
			return nil
		}
		f.Before(nil)
		err := act()
		if times > 1 {
			f.BetweenEach(when, times-1, act)
		}
		if err != nil {
			return Final(err)
		}
		return nil
	})
}

// Final returns an error after which the store makes no further attempt, as after an error of its own.
func Final(err error) error { return final{err} }

type final struct{ error }

// Unwrap returns the error.
func (f final) Unwrap() error { return f.error }

// ErrorCode implements smithy.APIError.
func (final) ErrorCode() string { return "Final" }

// ErrorMessage implements smithy.APIError.
func (f final) ErrorMessage() string { return f.Error() }

// ErrorFault implements smithy.APIError.
func (final) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// Fail has all selected calls fail, before they are made.
func (f *Faults) Fail(when When, err error) {
	f.Before(func(call Call) error {
		if when(call) {
			return err
		}
		return nil
	})
}

// LoseAnswer loses the answer to the next selected call, and the storage with it: until Mend, all calls after it fail.
// So the store cannot find out what became of the call.
func (f *Faults) LoseAnswer(when When) {
	f.After(func(call Call) error {
		if !when(call) {
			return nil
		}
		f.Fail(Any, ErrOutage)
		return ErrOutage
	})
}

// around makes a call between the hooks.
func (f *Faults) around(call Call, send func() error) error {
	if before := f.hook(&f.before); before != nil {
		if err := before(call); err != nil {
			return err
		}
	}
	if err := send(); err != nil {
		return err
	}
	if after := f.hook(&f.after); after != nil {
		return after(call)
	}
	return nil
}

func (f *Faults) hook(which *func(Call) error) func(Call) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *which
}
