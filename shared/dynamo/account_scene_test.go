package dynamo

import (
	"net/http"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
)

// panelUserCreation returns the creation of a panel user of a customer.
func (s *fixture) panelUserCreation(t *testing.T, owner account.ID) directory.AccountCreation {
	t.Helper()
	c := s.creation(t, "user")
	a := &c.Account
	a.ID, a.Kind, a.Owner, a.ExternalID = account.ID(s.id(t, account.PanelUserPrefix)), account.PanelUser, owner, ""
	return directory.AccountCreation{Account: *a, Event: s.newEvent(t, a.ID)}
}

// newToken returns an API token of an account.
func (s *fixture) newToken(t *testing.T, id account.ID) access.APIToken {
	t.Helper()
	return access.APIToken{
		ID:        s.id(t, access.APITokenPrefix),
		Account:   id,
		Name:      "n",
		Scopes:    []access.Scope{access.GateRead},
		Hash:      s.id(t, "hash-"),
		CreatedAt: s.now().UTC(),
		ExpiresAt: s.now().UTC().Add(time.Hour),
	}
}

// inspectBody is no failure: it calls inspect with the JSON of the request before the request is sent.
func inspectBody(inspect func(body map[string]any)) failure {
	return func(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if err := rewriteBody(request, inspect); err != nil {
			return nil, err
		}
		return send()
	}
}

// firstUpdate returns the first update in a transaction.
func firstUpdate(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	for _, part := range body["TransactItems"].([]any) {
		if update, found := part.(map[string]any)["Update"].(map[string]any); found {
			return update
		}
	}
	t.Fatal("the transaction updates nothing")
	return nil
}
