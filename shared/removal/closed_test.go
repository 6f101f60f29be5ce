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
			closed, err := s.Store.ReadAccount(t.Context(), input(s).Items[0].Customer)
			if err != nil {
				t.Fatal(err)
			}
			for _, useCase := range useCases(s) {
				calls := callAll(t, useCase, s.Caller(s.Admin), closed)
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

// callAll calls all methods of a use case that take a caller, a request and an account or its id. Their other input is
// empty. It returns their errors.
func callAll(t *testing.T, useCase any, caller access.Caller, known *account.Account) map[string]error {
	t.Helper()
	errs := map[string]error{}
	value := reflect.ValueOf(useCase)
	for i := range value.NumMethod() {
		method := value.Method(i)
		given := []any{t.Context(), caller, request.Metadata{}, string(known.ID)}
		if method.Type().NumIn() < len(given) || method.Type().In(2) != reflect.TypeFor[request.Metadata]() {
			continue
		}
		if method.Type().In(3) == reflect.TypeOf(known) {
			given[3] = known
		}
		var arguments []reflect.Value
		for n := range method.Type().NumIn() {
			if n < len(given) {
				arguments = append(arguments, reflect.ValueOf(given[n]))
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
