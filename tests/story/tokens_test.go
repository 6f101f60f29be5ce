package story

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// newToken creates an API token of a caller and returns a caller with this token.
func (s *story) newToken(t *testing.T, owner client.Caller, scopes ...string) client.Caller {
	t.Helper()
	var created struct{ ID, Token string }
	owner.Post(t, "/v1/api-tokens", tokenBody(owner, scopes...)).Want(http.StatusCreated).Into(&created)
	listed := owner.Get(t, "/v1/api-tokens").Want(http.StatusOK)
	if strings.Contains(listed.Text, created.Token) || !strings.Contains(listed.Text, created.ID) {
		t.Errorf("got the list %s, want the token without its secret", listed.Text)
	}
	return client.Caller{Name: "token of " + owner.Name, URL: owner.URL, Token: created.Token, ID: created.ID}
}

// tokenBody returns the body that creates an API token.
func tokenBody(owner client.Caller, scopes ...string) map[string]any {
	return map[string]any{
		"name": "billing", "scopes": scopes, "expiresAt": time.Now().Add(time.Hour), "current": owner.Password,
	}
}

func programsUseAPITokens(t *testing.T, s *story) {
	create := func(owner client.Caller, scopes ...string) client.Caller {
		t.Helper()
		return s.newToken(t, owner, scopes...)
	}
	reader := create(s.north, "customers:read")
	reader.Get(t, "/v1/customers").Want(http.StatusOK)
	reader.Get(t, "/v1/customers/"+s.northern[0].ID).Want(http.StatusOK)
	reader.Post(t, "/v1/customers", s.person("by-token", "By Token")).WantProblem(http.StatusForbidden, "forbidden")
	reader.Get(t, "/v1/api-tokens").WantProblem(http.StatusForbidden, "forbidden")
	scopes := reader.Get(t, "/v1/me").Want(http.StatusOK).JSON()["permissions"].([]any)
	if len(scopes) != 1 || scopes[0] != "customers:read" {
		t.Errorf("got the permissions %v, want customers:read only", scopes)
	}
	writer := create(s.north, "customers:read", "customers:write")
	writer.Post(t, "/v1/customers", s.person("by-token", "By Token")).Want(http.StatusCreated)
	for name, change := range map[string]map[string]any{
		"a foreign scope":      {"scopes": []string{"gate:read"}},
		"no such scope":        {"scopes": []string{"everything"}},
		"no scope":             {"scopes": []string{}},
		"in the past":          {"expiresAt": time.Now().Add(-time.Hour)},
		"too long":             {"expiresAt": time.Now().AddDate(10, 0, 0)},
		"a wrong password":     {"current": "wrong password, sorry"},
		"no password, as null": {"current": nil},
	} {
		bad := tokenBody(s.north, "customers:read")
		maps.Copy(bad, change)
		if response := s.north.Post(t, "/v1/api-tokens", bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	s.south.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).WantProblem(http.StatusNotFound, "not-found")
	s.north.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).Want(http.StatusNoContent)
	reader.Get(t, "/v1/customers").WantProblem(http.StatusUnauthorized, "unauthenticated")

	// A new password that the reseller sets ends the customer's tokens, unless the reseller keeps them. A new login does
	// not end them.
	c := s.newCustomer(t, s.north, "programmed")
	program := create(s.stack.SignIn(t, "customer", c.Login, s.password), "customers:read")
	login := c.path("/login")
	kept := map[string]any{"password": "a kept long password", "keepTokens": true}
	s.north.Do(t, http.MethodPut, login, map[string]any{"login": s.login("programmed-2")}).Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, login, kept).Want(http.StatusOK)
	program.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, login, map[string]any{"password": "one more long password"}).Want(http.StatusOK)
	program.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
}

// credentialsNeedThePassword tries to take an account over with a session alone.
func credentialsNeedThePassword(t *testing.T, s *story) {
	c := s.reachable(t, "careful")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	newEmail := s.address("careful-new")
	for name, current := range map[string]any{"no password": nil, "a wrong password": "wrong password, sorry"} {
		body := map[string]any{"email": newEmail}
		if current != nil {
			body["current"] = current
		}
		response := own.Do(t, http.MethodPatch, "/v1/me/contact", body)
		problem := response.WantProblem(http.StatusUnprocessableEntity, "invalid-request")
		if problem.Errors[0].Pointer != "/current" {
			t.Errorf("%s: got %s, want an error at /current", name, response.Text)
		}
	}
	own.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"phone": "+353 1 234"}).Want(http.StatusOK)
	body := map[string]any{"email": newEmail, "current": s.password}
	own.Do(t, http.MethodPatch, "/v1/me/contact", body).Want(http.StatusOK)
	for _, address := range []string{s.address("careful"), newEmail} {
		if mail := s.stack.WaitForMails(t, address, 1)[0]; !strings.Contains(mail.Subject, "e-mail address") {
			t.Errorf("%s got the mail %q, want a notice of the new address", address, mail.Subject)
		}
	}
	program := s.newToken(t, own, "customers:read")
	if mail := s.stack.WaitForMails(t, newEmail, 2)[1]; !strings.Contains(mail.Text, "billing") {
		t.Errorf("got the mail %s, want a notice of the token billing", mail.Text)
	}

	next := "another password for it"
	keep := map[string]any{"current": s.password, "password": next, "keepTokens": true}
	own.Do(t, http.MethodPut, "/v1/me/password", keep).Want(http.StatusNoContent)
	program.Get(t, "/v1/me").Want(http.StatusOK)
	end := map[string]any{"current": next, "password": "yet another long password"}
	own.Do(t, http.MethodPut, "/v1/me/password", end).Want(http.StatusNoContent)
	program.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
}

// credentialsHaveTheirOwnScope tries to take a customer over with a token that may change customers.
func credentialsHaveTheirOwnScope(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "scoped")
	writer := s.newToken(t, s.north, "customers:read", "customers:write")
	keeper := s.newToken(t, s.north, "customers:read", "customers:write", "credentials:write")
	for name, step := range map[string]struct {
		method, path string
		body         any
		status       int
	}{
		"a password":        {http.MethodPut, "/login", map[string]any{"password": "set by a program"}, http.StatusOK},
		"a reset link":      {http.MethodPost, "/reset-link", nil, http.StatusCreated},
		"a mailed link":     {http.MethodPost, "/reset-link/send", nil, http.StatusAccepted},
		"an e-mail address": {http.MethodPatch, "/contact", map[string]any{"email": s.address("scoped")}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			writer.Do(t, step.method, c.path(step.path), step.body).WantProblem(http.StatusForbidden, "forbidden")
			keeper.Do(t, step.method, c.path(step.path), step.body).Want(step.status)
		})
	}
	writer.Do(t, http.MethodPatch, c.path("/contact"), map[string]any{"phone": "+353 1 234"}).Want(http.StatusOK)
}
