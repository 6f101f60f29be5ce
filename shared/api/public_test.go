package api_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/httpapi"
	"tenantry/shared/idgen"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// plainHasher is a password hasher whose hashes contain the password.
type plainHasher struct{}

func (plainHasher) Hash(password string) (string, error) { return "hash of " + password, nil }

func (plainHasher) Matches(hash, password string) bool { return hash == "hash of "+password }

// scene has an administrator with two customers, ada and bob.
type scene struct {
	*testing.T

	store *dynamotest.Store
	ids   idgen.Generator
	admin access.Caller
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, store: dynamotest.New(time.Now), ids: idgen.Generator{Now: time.Now, Random: rand.Reader}}
	admin := account.Account{
		ID:      "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Kind:    account.Administrator,
		Login:   "admin",
		Owner:   account.AdministratorOwner,
		Contact: account.Contact{Name: "Admin", Email: "admin@example.com"},
		Version: 1,

		Lifecycle:       account.Ready,
		PasswordVersion: 1,
	}
	s.admin.Account = admin
	s.must(
		s.store.CreateFirstAdministrator(
			t.Context(),
			access.FirstAdministratorCreation{
				Account: admin, PasswordHash: "hash of " + adminPassword,
				Event:     event.Event{ID: "evt_0", Account: admin.ID},
				CursorKey: []byte("key"),
			},
		),
	)
	for _, login := range []string{"ada", "bob"} {
		s.must(s.store.Create(t.Context(), directory.AccountCreation{Account: account.Account{
			ID: s.id(
				login,
			),
			Kind:      account.Customer,
			Login:     account.Login(login),
			Owner:     account.AdministratorOwner,
			Lifecycle: account.Ready,
			Contact: account.Contact{
				Name:  login,
				Email: login + "@example.com",
			},
			PasswordVersion: 1,
			Version:         1,
		}, PasswordHash: "hash of the password of " + login, Event: event.Event{ID: "evt_" + login, Account: s.id(login)}}))
	}
	return s
}

func (s *scene) id(login string) account.ID {
	return account.ID(
		map[string]string{"ada": "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E6", "bob": "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E7"}[login],
	)
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

// post sends a request to an operation. All requests have the same Idempotency-Key and the same network address.
func (s *scene) post(op httpapi.Endpoint, path, body string) events.APIGatewayV2HTTPResponse {
	s.Helper()
	request := events.APIGatewayV2HTTPRequest{
		RawPath: path, Body: body, Headers: map[string]string{"content-type": "application/json", "idempotency-key": "1"},
	}
	request.RequestContext.HTTP.Method, request.RequestContext.HTTP.SourceIP = http.MethodPost, "192.0.2.1"
	cfg := httpapi.Config{Logger: slog.New(slog.DiscardHandler), IdempotencySecret: s.store.IdempotencySecret}
	response, err := httpapi.Handler(cfg, op)(s.Context(), request)
	s.must(err)
	return response
}

// link creates a reset link for the account and returns its token.
func (s *scene) link(login string) string {
	s.Helper()
	_, links, _, err := s.store.ReadLinks(s.Context(), s.id(login), request.Metadata{}.Key)
	s.must(err)
	customer, err := s.store.ReadAccount(s.Context(), s.id(login))
	s.must(err)
	token, after, err := links.Mint(rand.Reader, customer, "evt_link_"+login, time.Hour, time.Now())
	s.must(err)
	s.must(
		s.store.MakeLink(
			s.Context(),
			reset.LinksChange{Links: &after, Event: event.Event{ID: "evt_link_" + login, Account: customer.ID}},
		),
	)
	return token.Text()
}

// Two callers of public operations at the same network address can use the same Idempotency-Key. A caller cannot use a
// key for two different requests.
func TestPublicOperationsKeepKeysOfSubjectsApart(t *testing.T) {
	s := newScene(t)
	signIn := api.Operations{}.CreateSession(access.SignIn{
		Store:    s.store,
		Hasher:   plainHasher{},
		Limits:   access.AttemptLimits{Login: 10, Address: 100},
		Lifetime: time.Hour,
		NewID:    s.ids.New,
		Random:   rand.Reader,
		Now:      time.Now,
	})
	redeem := api.Operations{}.ResetPassword(
		reset.Redeemer{
			Store:  s.store,
			Mails:  s.store.Mails(),
			Hasher: plainHasher{},
			Policy: password.Policy{Minimum: 15},
			NewID:  s.ids.New,
			Now:    time.Now,
		},
	)
	session := func(login, customer, moreFields string) string {
		return fmt.Sprintf(`{"login":%q,"password":"the password of %s"%s}`, login, customer, moreFields)
	}
	reset := func(customer string) string {
		return fmt.Sprintf(`{"token":%q,"password":"a brand new password"}`, s.link(customer))
	}
	for _, step := range []struct {
		name   string
		op     httpapi.Endpoint
		path   string
		body   string
		status int
	}{
		{"ada signs in", signIn, "/v1/sessions", session("ada", "ada", ""), http.StatusCreated},
		{"bob signs in", signIn, "/v1/sessions", session("bob", "bob", ""), http.StatusCreated},
		{"ada repeats the request", signIn, "/v1/sessions", session("ada", "ada", ""), http.StatusConflict},
		{"ada writes the login in capitals", signIn, "/v1/sessions", session("ADA", "ada", ""), http.StatusUnprocessableEntity},
		{"ada asks for a cookie", signIn, "/v1/sessions", session("ada", "ada", `,"cookie":true`), http.StatusUnprocessableEntity},
		{"ada uses a reset link", redeem, "/v1/password-resets", reset("ada"), http.StatusNoContent},
		{"bob uses a reset link", redeem, "/v1/password-resets", reset("bob"), http.StatusNoContent},
	} {
		if response := s.post(step.op, step.path, step.body); response.StatusCode != step.status {
			t.Errorf("%s: got %d %s, want %d", step.name, response.StatusCode, response.Body, step.status)
		}
	}
}
