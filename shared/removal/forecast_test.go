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

// preview previews the removal of one account, and checks that the preview changes nothing. The forecast of the result
// is never nil.
func preview(t *testing.T, s *flowtest.Scene, caller account.ID, input operation.NewOperation) operation.ItemView {
	t.Helper()
	before := dump(s)
	input.DryRun = true
	response := s.Accept(caller, operation.Remove, input)
	if after := dump(s); !slices.Equal(after, before) || response.ID != "" || len(response.Items) != 1 {
		t.Fatalf("response %+v, want one item and no changes", response)
	}
	if response.Items[0].Forecast == nil {
		response.Items[0].Forecast = &operation.Forecast{}
	}
	return response.Items[0]
}

// wantForecast checks the forecast of an item that would succeed.
func wantForecast(t *testing.T, item operation.ItemView, want operation.Forecast) {
	t.Helper()
	if item.State != operation.Succeeded || !reflect.DeepEqual(*item.Forecast, want) {
		t.Errorf("the item would have %s with the forecast %+v, want success with %+v", item.State, *item.Forecast, want)
	}
}

// wantRefusal checks the code of an item that would fail. It must not have a forecast.
func wantRefusal(t *testing.T, item operation.ItemView, want fault.Code) {
	t.Helper()
	if item.Code != want || !reflect.DeepEqual(*item.Forecast, operation.Forecast{}) {
		t.Errorf("the item has the code %q and the forecast %+v, want %q and none", item.Code, *item.Forecast, want)
	}
}

type plainHasher struct{}

// Hash implements access.Hasher.
func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

func panelUsers(s *flowtest.Scene) directory.PanelUsers {
	return directory.PanelUsers{Store: s.Store, Create: directory.Create{
		Store: s.Store,
		Mails: s.Store.Mails(), NewID: s.IDs.New, Passwords: plainHasher{}, Policy: password.Policy{Minimum: 15}, Now: s.Now,
	}}
}

func newPanelUser(login string) directory.NewPanelUser {
	return directory.NewPanelUser{
		Login: login, Password: new("the password of " + login), Name: "User", Email: "user@example.com",
	}
}

func addPanelUser(t *testing.T, s *flowtest.Scene, owner account.ID, login string) account.ID {
	t.Helper()
	user, err := panelUsers(s).Add(
		t.Context(), s.Caller(owner), request.Metadata{}, string(owner), newPanelUser(login),
	)
	must(t, err)
	return user.ID
}

func addSubscription(t *testing.T, s *flowtest.Scene, caller, customer account.ID, domain string) string {
	t.Helper()
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	input := hosting.NewSubscription{Domain: domain, ServicePlan: plan.Custom}
	created, err := subscriptions.Create(t.Context(), s.Caller(caller), request.Metadata{}, string(customer), input)
	must(t, err)
	return created.ID
}

func addBackup(t *testing.T, s *flowtest.Scene, creator account.ID, subscription string) {
	t.Helper()
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	_, err := backups.Create(t.Context(), s.Caller(creator), request.Metadata{}, subscription, backup.NewBackup{Size: 5})
	must(t, err)
}

func TestPreviewCountsObjectsOfCustomer(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	customer := s.Customers[1]
	// North's three backups remain.
	wantForecast(t, preview(t, s, s.North, inputOf(customer)),
		operation.Forecast{PanelUsers: 1, Subscriptions: 3, Websites: 3 + 1 + 2, Backups: 3})
	subscription := addSubscription(t, s, s.North, customer, "another.example")
	for i := range 2 {
		addBackup(t, s, addPanelUser(t, s, customer, fmt.Sprint("backing", i)), subscription)
	}
	addBackup(t, s, s.Admin, subscription)
	wantForecast(t, preview(t, s, s.Admin, inputOf(customer)),
		operation.Forecast{PanelUsers: 3, Subscriptions: 4, Websites: 7, Backups: 5})
	wantRefusal(t, preview(t, s, s.South, inputOf(customer)), fault.NotFound)
}

func TestPreviewCountsAllPages(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	customer := s.Customers[0]
	const many = 215
	subscription, user := "", account.ID("")
	for i := range many {
		user = addPanelUser(t, s, customer, fmt.Sprint("user", i))
		subscription = addSubscription(t, s, s.North, customer, fmt.Sprint(i, ".example"))
	}
	for range many {
		addBackup(t, s, customer, subscription)
		addBackup(t, s, user, subscription)
	}
	wantForecast(t, preview(t, s, s.North, inputOf(customer)),
		operation.Forecast{PanelUsers: many, Subscriptions: many, Websites: many, Backups: 2 * many})
}

func TestPreviewCountsObjectsOfReseller(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	addBackup(t, s, s.North, addSubscription(t, s, s.Admin, s.North, "own.example"))
	addPanelUser(t, s, s.North, "user")
	wantForecast(t, preview(t, s, s.Admin, withCustomers(s.North)),
		operation.Forecast{Customers: 3, PanelUsers: 1, Subscriptions: 1, Websites: 1, Backups: 3*3 + 1})
	wantRefusal(t, preview(t, s, s.Admin, reassigning(s.North, "")), fault.Conflict)
	wantForecast(t, preview(t, s, s.Admin, withCustomers(s.South)), operation.Forecast{})
}

// A request waits for Start, so Start counts nothing: it reads nothing of a customer that no operation works on.
func TestStartReadsNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	starter := s.Processors()[operation.Remove].(operation.StartingProcessor)
	for caller, want := range map[account.ID]fault.Code{s.North: "", s.South: fault.NotFound} {
		customer, err := s.Store.ReadAccount(t.Context(), s.Customers[0])
		must(t, err)
		job := operation.Job{
			Caller: s.Caller(caller), Operation: &operation.Operation{ID: "op_new", Kind: operation.Remove},
			Item: operation.Item{Customer: customer.ID},
		}
		s.Process.CrashAt(0, false)
		change, err := starter.Start(t.Context(), job, customer)
		if fault.CodeOf(err) != want || (change == nil) != (want != "") || s.Process.Calls() != 0 {
			t.Errorf("change %+v, error %v after %d calls; want code %q and no calls", change, err, s.Process.Calls(), want)
		}
	}
}
