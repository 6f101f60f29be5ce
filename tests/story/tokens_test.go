package story

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

func programsUseAPITokens(t *testing.T, s *story) {
	expires := time.Now().Add(time.Hour)
	create := func(caller client.Caller, scopes ...string) client.Caller {
		var created struct{ ID, Token string }
		caller.Post(t, "/v1/api-tokens", map[string]any{"name": "billing", "scopes": scopes, "expiresAt": expires}).
			Want(http.StatusCreated).
			Into(&created)
		listed := caller.Get(t, "/v1/api-tokens").Want(http.StatusOK)
		if strings.Contains(listed.Text, created.Token) || !strings.Contains(listed.Text, created.ID) {
			t.Errorf("got the list %s, want the token without its secret", listed.Text)
		}
		return client.Caller{Name: "token of " + caller.Name, URL: caller.URL, Token: created.Token, ID: created.ID}
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
	for name, bad := range map[string]map[string]any{
		"a foreign scope": {"name": "x", "scopes": []string{"gate:read"}, "expiresAt": expires},
		"no such scope":   {"name": "x", "scopes": []string{"everything"}, "expiresAt": expires},
		"no scope":        {"name": "x", "scopes": []string{}, "expiresAt": expires},
		"in the past":     {"name": "x", "scopes": []string{"customers:read"}, "expiresAt": time.Now().Add(-time.Hour)},
		"too long":        {"name": "x", "scopes": []string{"customers:read"}, "expiresAt": time.Now().AddDate(10, 0, 0)},
	} {
		if response := s.north.Post(t, "/v1/api-tokens", bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	s.south.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).WantProblem(http.StatusNotFound, "not-found")
	s.north.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).Want(http.StatusNoContent)
	reader.Get(t, "/v1/customers").WantProblem(http.StatusUnauthorized, "unauthenticated")

	// A new password that the reseller sets ends the customer's tokens. A new login does not.
	c := s.newCustomer(t, s.north, "programmed")
	program := create(s.stack.SignIn(t, "customer", c.Login, s.password), "customers:read")
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"login": s.login("programmed-2")}).Want(http.StatusOK)
	program.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"password": "one more long password"}).
		Want(http.StatusOK)
	program.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
}
