package removal_test

import (
	"crypto/rand"
	"reflect"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// Every change of an account that is being removed answers busy, whoever makes it and whatever it changes.
func TestChangesOfClosedAccountAreBusy(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"customer": func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[1]) },
		"reseller": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			acceptOne(t, s, s.Admin, input(s))
			for _, useCase := range useCases(s) {
				calls := callAll(t, useCase, s.Caller(s.Admin), input(s).Items[0].Customer)
				if len(calls) == 0 {
					t.Errorf("%T has no method that changes an account", useCase)
				}
				for method, err := range calls {
					if !fault.Is(err, fault.Busy) {
						t.Errorf("%T.%s returns %v, want busy", useCase, method, err)
					}
				}
			}
		})
	}
}

// useCases returns the use cases that change customers and resellers.
func useCases(s *flowtest.Scene) []any {
	return []any{
		s.AccountChanger(),
		reset.Manager{
			Store:     s.Store,
			NewID:     s.IDs.New,
			Random:    rand.Reader,
			Lifetimes: reset.DefaultLifetimes,
			SendsMail: true,
			Now:       s.Now,
		},
	}
}

// callAll calls all methods of a use case that take a caller, a request and the id of an account. Their other input is
// empty. It returns their errors.
func callAll(t *testing.T, useCase any, caller access.Caller, id account.ID) map[string]error {
	t.Helper()
	errs := map[string]error{}
	value := reflect.ValueOf(useCase)
	for i := range value.NumMethod() {
		method := value.Method(i)
		known := []any{t.Context(), caller, request.Metadata{}, string(id)}
		if method.Type().NumIn() < len(known) || method.Type().In(2) != reflect.TypeFor[request.Metadata]() {
			continue
		}
		var arguments []reflect.Value
		for n := range method.Type().NumIn() {
			if n < len(known) {
				arguments = append(arguments, reflect.ValueOf(known[n]))
			} else {
				arguments = append(arguments, reflect.Zero(method.Type().In(n)))
			}
		}
		results := method.Call(arguments)
		err, _ := reflect.TypeAssert[error](results[len(results)-1])
		errs[value.Type().Method(i).Name] = err
	}
	return errs
}
