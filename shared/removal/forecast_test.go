package removal_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// foretold is what the preview of a removal tells of an account, which must change nothing.
func foretold(t *testing.T, s *flowtest.Scene, by, of account.ID, order operation.Parameters) operation.ItemView {
	t.Helper()
	before := dump(s)
	input := items(of)
	input.DryRun, input.Parameters = true, order
	answer := s.Accept(by, operation.Remove, input)
	if got := dump(s); !slices.Equal(got, before) || answer.ID != "" || len(answer.Items) != 1 {
		t.Fatalf("a preview changes something: %+v", answer)
	}
	if answer.Items[0].Forecast == nil {
		answer.Items[0].Forecast = &operation.Forecast{}
	}
	return answer.Items[0]
}

// plain hides nothing.
type plain struct{}

// Hash hides nothing.
func (plain) Hash(text string) (string, error) { return "hash of " + text, nil }

// panelUser is a new panel user of a customer.
func panelUser(t *testing.T, s *flowtest.Scene, of account.ID, login string) account.ID {
	t.Helper()
	users := directory.PanelUsers{Store: s.Store, Create: directory.Create{
		Store: s.Store, NewID: s.IDs.New, Passwords: plain{}, Policy: password.Policy{Minimum: 15}, Now: s.Now,
	}}
	made, err := users.Add(t.Context(), s.Caller(of), request.Metadata{}, string(of), directory.NewPanelUser{Login: login, Name: "User", Email: "user@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func subscription(t *testing.T, s *flowtest.Scene, by, of account.ID, domain string) string {
	t.Helper()
	made, err := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(by), request.Metadata{}, string(of), hosting.NewSubscription{
		Domain: domain, ServicePlan: plan.Custom,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func backUp(t *testing.T, s *flowtest.Scene, by account.ID, on string) {
	t.Helper()
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	if _, err := backups.Create(t.Context(), s.Caller(by), request.Metadata{}, on, 5); err != nil {
		t.Fatal(err)
	}
}

func TestAPreviewTellsWhatGoesWithACustomer(t *testing.T) {
	t.Parallel()
	s := scene(t, 1)
	of := s.Customers[1]
	want := operation.Forecast{PanelUsers: 1, Subscriptions: 3, Websites: 3 + 1 + 2, Backups: 3} // not the three that North made
	if got := foretold(t, s, s.North, of, operation.Parameters{}); !reflect.DeepEqual(*got.Forecast, want) || got.State != operation.Succeeded {
		t.Errorf("forecast %+v, want %+v", *got.Forecast, want)
	}
	on := subscription(t, s, s.North, of, "another.example")
	for i := range 2 {
		backUp(t, s, panelUser(t, s, of, fmt.Sprint("backing", i)), on)
	}
	backUp(t, s, s.Admin, on)
	want = operation.Forecast{PanelUsers: 3, Subscriptions: 4, Websites: 7, Backups: 5}
	if got := foretold(t, s, s.Admin, of, operation.Parameters{}); !reflect.DeepEqual(*got.Forecast, want) {
		t.Errorf("forecast %+v, want %+v", *got.Forecast, want)
	}
	if got := foretold(t, s, s.South, of, operation.Parameters{}); got.Code != fault.NotFound || !reflect.DeepEqual(*got.Forecast, operation.Forecast{}) {
		t.Errorf("another reseller is told %+v", got)
	}
}

// What has more of something than a list shows at once is counted to the end.
func TestAPreviewCountsToTheEnd(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	of := s.Customers[0]
	const many = 215
	on, user := "", account.ID("")
	for i := range many {
		user = panelUser(t, s, of, fmt.Sprint("user", i))
		on = subscription(t, s, s.North, of, fmt.Sprint(i, ".example"))
	}
	for range many {
		backUp(t, s, of, on)
		backUp(t, s, user, on)
	}
	want := operation.Forecast{PanelUsers: many, Subscriptions: many, Websites: many, Backups: 2 * many}
	if got := foretold(t, s, s.North, of, operation.Parameters{}); !reflect.DeepEqual(*got.Forecast, want) {
		t.Errorf("forecast %+v, want %+v", *got.Forecast, want)
	}
}

func TestAPreviewTellsWhatGoesWithAReseller(t *testing.T) {
	t.Parallel()
	s := scene(t, 1)
	backUp(t, s, s.North, subscription(t, s, s.Admin, s.North, "own.example"))
	panelUser(t, s, s.North, "user")
	want := operation.Forecast{Customers: 3, PanelUsers: 1, Subscriptions: 1, Websites: 1, Backups: 3*3 + 1}
	if got := foretold(t, s, s.Admin, s.North, operation.Parameters{AreResellers: true, WithCustomers: true}); !reflect.DeepEqual(*got.Forecast, want) {
		t.Errorf("forecast %+v, want %+v", *got.Forecast, want)
	}
	if got := foretold(t, s, s.Admin, s.North, operation.Parameters{AreResellers: true}); got.Code != fault.Conflict || !reflect.DeepEqual(*got.Forecast, operation.Forecast{}) {
		t.Errorf("with its customers left: %+v", got)
	}
	if got := foretold(t, s, s.Admin, s.South, operation.Parameters{AreResellers: true, WithCustomers: true}); got.State != operation.Succeeded || !reflect.DeepEqual(*got.Forecast, operation.Forecast{}) {
		t.Errorf("of a reseller that has nothing: %+v", got)
	}
}

// Who removes one account is answered at once, whatever it has: nothing is counted.
func TestTheRemovalOfOneCountsNothing(t *testing.T) {
	t.Parallel()
	s := scene(t, 1)
	for of, want := range map[account.ID]fault.Code{s.Customers[0]: "", "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5": fault.NotFound} {
		job := operation.Job{Caller: s.Caller(s.North), Operation: &operation.Operation{Kind: operation.Remove}, Item: operation.Item{Customer: of}, Quick: true}
		s.Process.CrashAt(0, false)
		told, err := s.Processors()[operation.Remove].Preview(t.Context(), job)
		if fault.CodeOf(err) != want || !reflect.DeepEqual(told, operation.Forecast{}) || s.Process.Calls() != 1 {
			t.Errorf("%+v, %v after %d reads", told, err, s.Process.Calls())
		}
	}
}
