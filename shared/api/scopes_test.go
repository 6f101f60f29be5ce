package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// An API token that may change customers must not get at their credentials: that needs credentials:write.
func TestCredentialsOfOthersNeedTheirScope(t *testing.T) {
	for _, operation := range api.All() {
		changes := hasAny(fields(t, operation), "password", "login", "token") ||
			strings.Contains(operation.Path, "reset-link")
		if operation.Public() || isOwn(operation) || !changes || slices.Contains(firstPasswords, operation.ID) {
			continue
		}
		if operation.Scope != access.CredentialsWrite && operation.Scope != access.SessionOnly {
			t.Errorf("%s changes credentials with the scope %q, want credentials:write", operation.ID, operation.Scope)
		}
	}
}

// emailChanges holds every operation that changes the e-mail address of another account. A forgotten password is reset
// through the address.
var emailChanges = map[string]func(s *scene) (httpapi.Endpoint, any, any){
	"changeCustomerContact": func(s *scene) (httpapi.Endpoint, any, any) {
		withEmail, withoutEmail := map[string]any{"email": newEmail}, map[string]any{"phone": "1"}
		return api.Operations{}.ChangeCustomerContact(s.change()), withEmail, withoutEmail
	},
	"changeReseller": func(s *scene) (httpapi.Endpoint, any, any) {
		resellers := directory.Resellers{Change: s.change(), Store: s.store}
		return api.Operations{}.ChangeReseller(resellers), map[string]any{"contact": map[string]any{"email": newEmail}},
			map[string]any{"contact": map[string]any{"phone": "1"}}
	},
}

func TestEmailAddressesOfOthersNeedTheCredentialsScope(t *testing.T) {
	for _, operation := range api.All() {
		if operation.Public() || isOwn(operation) || slices.Contains(firstPasswords, operation.ID) ||
			!hasAny(fields(t, operation), "email") {
			continue
		}
		t.Run(operation.ID, func(t *testing.T) {
			change, known := emailChanges[operation.ID]
			if !known {
				t.Fatalf("%s changes an e-mail address and has no row in emailChanges", operation.ID)
			}
			s := newScene(t)
			id := s.id("ada")
			if operation.ID == "changeReseller" {
				s.must(s.store.Alter(t.Context(), id, func(a *account.Account) { a.Kind = account.Reseller }))
			}
			endpoint, withEmail, withoutEmail := change(s)
			writer, both := s.admin, s.admin
			writer.Token = &access.APIToken{Scopes: []access.Scope{access.CustomersWrite}}
			both.Token = &access.APIToken{Scopes: []access.Scope{access.CustomersWrite, access.CredentialsWrite}}
			for _, step := range []struct {
				name   string
				caller access.Caller
				body   any
				status int
			}{
				{"a token without the scope changes the address", writer, withEmail, http.StatusForbidden},
				{"a token without the scope changes the phone number", writer, withoutEmail, http.StatusOK},
				{"a token with the scope changes the address", both, withEmail, http.StatusOK},
			} {
				if status, text := s.call(step.caller, endpoint, string(id), step.body); status != step.status {
					t.Errorf("%s: got %d %s, want %d", step.name, status, text, step.status)
				}
			}
		})
	}
}

// GET /v1/me shows an API token what its scopes allow. Every token may call it. Every token may also read the descriptor
// of resources, which shows nothing of any account.
func TestMeShowsATokenOnlyWhatItsScopesAllow(t *testing.T) {
	for _, operation := range api.All() {
		if operation.Scope == access.AnyScope && !slices.Contains([]string{"getMe", "getResources"}, operation.ID) {
			t.Errorf("%s accepts every API token; test here what it shows", operation.ID)
		}
	}
	for _, scope := range access.Permissions(account.Administrator) {
		s := newScene(t)
		caller := s.admin
		caller.Token = &access.APIToken{Scopes: []access.Scope{scope}}
		status, text := s.call(caller, api.Operations{}.GetMe(), "", nil)
		if status != http.StatusOK || !strings.Contains(text, string(s.admin.Account.ID)) {
			t.Errorf("%s: got %d %s, want the id of the account", scope, status, text)
		}
		for _, personal := range []string{`"login"`, `"contact"`, "admin@example.com"} {
			if shown := strings.Contains(text, personal); shown != (scope == access.CustomersRead) {
				t.Errorf("%s: got %s, want %s in it: %t", scope, text, personal, !shown)
			}
		}
	}
}

// A panel user works on what belongs to its customer, so it has to learn the customer's id.
func TestMeShowsAPanelUserItsCustomer(t *testing.T) {
	for kind, want := range map[account.Kind]bool{
		account.PanelUser: true, account.Customer: false, account.Reseller: false,
	} {
		s := newScene(t)
		caller := access.Caller{Account: account.Account{ID: s.id("bob")}}
		change := func(a *account.Account) { a.Kind, a.Owner = kind, s.id("ada") }
		s.must(s.store.Alter(t.Context(), caller.Account.ID, change))
		status, text := s.call(caller, api.Operations{}.GetMe(), "", nil)
		if shown := strings.Contains(text, `"customer":"`+string(s.id("ada"))+`"`); status != http.StatusOK || shown != want {
			t.Errorf("%s: got %d %s, want the id of the customer in it: %t", kind, status, text, want)
		}
	}
}
