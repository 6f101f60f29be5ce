package api_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

const (
	adminPassword = "the password of admin"
	newPassword   = "a brand new password"
	newEmail      = "new@example.com"
)

// firstPasswords are the operations that create an account with its first password, or check a password only.
var firstPasswords = []string{"createCustomer", "createReseller", "createPanelUser", "createSession"}

// fields returns the names of all fields in the bodies of an operation's requests, at any depth.
func fields(t *testing.T, operation httpapi.Endpoint) []string {
	t.Helper()
	text, err := json.Marshal(httpapi.Document([]httpapi.Endpoint{operation}))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths      map[string]map[string]struct{ RequestBody any }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	var collect func(node any)
	collect = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				collect(child)
			}
		case map[string]any:
			if properties, has := node["properties"].(map[string]any); has {
				for name := range properties {
					names = append(names, name)
				}
			}
			for name, child := range node {
				if reference, is := child.(string); is && name == "$ref" {
					child = doc.Components.Schemas[reference[strings.LastIndex(reference, "/")+1:]]
				}
				collect(child)
			}
		}
	}
	for _, methods := range doc.Paths {
		for _, operation := range methods {
			collect(operation.RequestBody)
		}
	}
	return names
}

func hasAny(names []string, wanted ...string) bool {
	return slices.ContainsFunc(wanted, func(name string) bool { return slices.Contains(names, name) })
}

// isOwn reports whether an operation works on the caller's own account.
func isOwn(operation httpapi.Endpoint) bool {
	return strings.HasPrefix(operation.Path, "/v1/me") || strings.HasPrefix(operation.Path, "/v1/api-tokens")
}

// call sends a request of a caller to an operation.
func (s *scene) call(caller access.Caller, operation httpapi.Endpoint, id string, body any) (status int, text string) {
	s.Helper()
	content, err := json.Marshal(body)
	s.must(err)
	path := strings.NewReplacer("{customerId}", id, "{resellerId}", id).Replace(operation.Path)
	event := events.APIGatewayV2HTTPRequest{RawPath: path, Body: string(content), Headers: map[string]string{
		"content-type": "application/json", "authorization": "Bearer " + s.session(caller),
	}}
	event.RequestContext.HTTP.Method, event.RequestContext.HTTP.SourceIP = operation.Method, "192.0.2.1"
	response, err := httpapi.Handler(httpapi.Config{
		Authenticator: access.Authentication{Sessions: s.store, Now: time.Now}, PublicURL: "https://panel.example",
		Logger: slog.New(slog.DiscardHandler), IdempotencySecret: s.store.IdempotencySecret,
		Resolve: directory.Get{Store: s.store, Now: time.Now}.Resolve,
	}, operation)(s.Context(), event)
	s.must(err)
	return response.StatusCode, response.Body
}

// session returns the text of a new credential of the caller: an API token if the caller has one, otherwise a session.
func (s *scene) session(caller access.Caller) string {
	s.Helper()
	owner, err := s.store.ReadAccount(s.Context(), caller.Account.ID)
	s.must(err)
	if caller.Token != nil {
		_, secret, err := s.tokens().
			Create(s.Context(), access.Caller{Account: *owner}, request.Metadata{}, access.APITokenInput{
				Name: "program", Scopes: caller.Token.Scopes, ExpiresAt: time.Now().Add(time.Hour), Current: adminPassword,
			})
		s.must(err)
		return secret.Text()
	}
	secret, err := access.NewToken(rand.Reader, []account.ID{owner.ID})
	s.must(err)
	s.must(s.store.CreateSession(s.Context(), access.SessionCreation{Session: access.Session{
		Account: owner.ID, Hash: secret.Hash(), Epoch: owner.SessionEpoch, ExpiresAt: time.Now().Add(time.Hour),
	}}))
	return secret.Text()
}

func (s *scene) current() access.Reauthentication {
	return access.Reauthentication{
		Store: s.store, Hasher: plainHasher{}, Limits: access.AttemptLimits{Login: 10, Address: 100}, Now: time.Now,
	}
}

func (s *scene) tokens() access.Tokens {
	return access.Tokens{
		Store: s.store, Mails: s.store.Mails(), Current: s.current(), NewID: s.ids.New, Random: rand.Reader, Now: time.Now,
	}
}

func (s *scene) self() access.Self {
	return access.Self{
		Store: s.store,
		Mails: s.store.Mails(), Current: s.current(), Policy: password.Policy{Minimum: 15}, NewID: s.ids.New, Now: time.Now,
	}
}

func (s *scene) change() directory.Change {
	return directory.Change{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids.New,
		Passwords: plainHasher{},
		Policy:    password.Policy{Minimum: 15},
		Now:       time.Now,
	}
}

// credentialChange is a request that changes a credential.
type credentialChange struct {
	operation func(s *scene) httpapi.Endpoint
	body      map[string]any
	success   int
}

// ownChanges holds every operation that changes the caller's own credentials, without the current password in its body.
var ownChanges = map[string]credentialChange{
	"changeOwnContact": {
		func(s *scene) httpapi.Endpoint { return api.Operations{}.ChangeOwnContact(s.self()) },
		map[string]any{"email": newEmail},
		http.StatusOK,
	},
	"changeOwnPassword": {
		func(s *scene) httpapi.Endpoint { return api.Operations{}.ChangeOwnPassword(s.self()) },
		map[string]any{"password": newPassword},
		http.StatusNoContent,
	},
	"createApiToken": {
		func(s *scene) httpapi.Endpoint { return api.Operations{}.CreateAPIToken(s.tokens()) },
		map[string]any{"name": "n", "scopes": []string{"gate:read"}, "expiresAt": time.Now().Add(time.Hour)},
		http.StatusCreated,
	},
}

// A session is not the account: every operation that changes the caller's own credentials needs the current password.
// An operation counts if its body has one of the fields below.
func TestOwnCredentialsNeedTheCurrentPassword(t *testing.T) {
	for _, operation := range api.All() {
		if !isOwn(operation) || !operation.Write() || !hasAny(fields(t, operation), "email", "login", "password", "scopes") {
			continue
		}
		t.Run(operation.ID, func(t *testing.T) {
			change, known := ownChanges[operation.ID]
			if !known {
				t.Fatalf("%s changes credentials and has no row in ownChanges", operation.ID)
			}
			s := newScene(t)
			try := func(current string, status int) {
				t.Helper()
				body := map[string]any{"current": current}
				maps.Copy(body, change.body)
				if current == "" {
					delete(body, "current")
				}
				got, text := s.call(s.admin, change.operation(s), "", body)
				if got != status || status == http.StatusUnprocessableEntity && !strings.Contains(text, `current`) {
					t.Errorf("with the current password %q: got %d %s, want %d", current, got, text, status)
				}
			}
			try("", http.StatusUnprocessableEntity)
			try("a wrong password", http.StatusUnprocessableEntity)
			try(adminPassword, change.success)
			current := adminPassword
			if operation.ID == "changeOwnPassword" {
				current = newPassword
			}
			if operation.ID == "changeOwnContact" {
				change.body = map[string]any{"email": "another@example.com"}
			}
			for range 9 {
				try("a wrong password", http.StatusUnprocessableEntity)
			}
			try("a wrong password", http.StatusTooManyRequests)
			try(current, http.StatusTooManyRequests)
		})
	}
}

// passwordChanges holds every operation that replaces a password of an account that exists.
var passwordChanges = map[string]func(s *scene, keep bool) httpapi.Endpoint{
	"changeOwnPassword": func(s *scene, _ bool) httpapi.Endpoint { return api.Operations{}.ChangeOwnPassword(s.self()) },
	"changeCustomerLogin": func(s *scene, _ bool) httpapi.Endpoint {
		return api.Operations{}.ChangeCustomerLogin(s.change())
	},
	"resetPassword": func(s *scene, _ bool) httpapi.Endpoint {
		return api.Operations{}.ResetPassword(reset.Redeemer{
			Store: s.store,
			Mails: s.store.Mails(), Hasher: plainHasher{}, Policy: password.Policy{Minimum: 15}, NewID: s.ids.New, Now: time.Now,
		})
	},
}

// Every operation that replaces a password ends the account's API tokens, unless the caller keeps them.
func TestNewPasswordsEndAPITokens(t *testing.T) {
	for _, operation := range api.All() {
		if !hasAny(fields(t, operation), "password") || slices.Contains(firstPasswords, operation.ID) {
			continue
		}
		for _, keep := range []bool{false, true} {
			t.Run(fmt.Sprint(operation.ID, " keeps tokens: ", keep), func(t *testing.T) {
				endpoint, known := passwordChanges[operation.ID]
				if !known {
					t.Fatalf("%s replaces a password and has no row in passwordChanges", operation.ID)
				}
				s := newScene(t)
				target, body := s.id("ada"), map[string]any{"password": newPassword, "keepTokens": keep}
				switch operation.ID {
				case "changeOwnPassword":
					target, body["current"] = s.admin.Account.ID, adminPassword
				case "resetPassword":
					body["token"] = s.link("ada")
				}
				before, err := s.store.ReadAccount(t.Context(), target)
				s.must(err)
				status, text := s.call(s.admin, endpoint(s, keep), string(target), body)
				if status >= 300 {
					t.Fatalf("got %d %s, want success", status, text)
				}
				after, err := s.store.ReadAccount(t.Context(), target)
				s.must(err)
				if ended := after.TokenEpoch > before.TokenEpoch; ended == keep {
					t.Errorf("API tokens ended: %t, want %t", ended, !keep)
				}
			})
		}
	}
}
