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
	"tenantry/shared/event"
	"tenantry/shared/httpapi"
	"tenantry/shared/ident"
	"tenantry/shared/memory"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// plain hashes passwords so that tests can read them.
type plain struct{}

func (plain) Hash(password string) (string, error) { return "hash of " + password, nil }

func (plain) Matches(hash, password string) bool { return hash == "hash of "+password }

// scene is an administrator with two customers, ada and bob.
type scene struct {
	*testing.T

	store *memory.Store
	ids   ident.Source
	admin access.Caller
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, store: memory.New(time.Now), ids: ident.Source{Now: time.Now, Random: rand.Reader}}
	admin := account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator, Login: "admin", Owner: account.AdministratorOwner, Version: 1}
	s.admin.Account = admin
	s.must(s.store.Found(t.Context(), access.Founding{Account: admin, Event: event.Event{ID: "evt_0", Account: admin.ID}, CursorKey: []byte("key")}))
	for _, login := range []string{"ada", "bob"} {
		s.must(s.store.Create(t.Context(), directory.Creation{Account: account.Account{
			ID: s.id(login), Kind: account.Customer, Login: account.Login(login), Owner: account.AdministratorOwner, Lifecycle: account.Ready,
			Contact: account.Contact{Name: login, Email: login + "@example.com"}, PasswordHash: "hash of the password of " + login, Version: 1,
		}, Event: event.Event{ID: "evt_" + login, Account: s.id(login)}}))
	}
	return s
}

func (s *scene) id(login string) account.ID {
	return account.ID(map[string]string{"ada": "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E6", "bob": "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E7"}[login])
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

// post sends a request with an Idempotency-Key to an operation, from the one address that everybody has.
func (s *scene) post(op httpapi.Operation, path, body string) events.APIGatewayV2HTTPResponse {
	s.Helper()
	request := events.APIGatewayV2HTTPRequest{
		RawPath: path, Body: body, Headers: map[string]string{"content-type": "application/json", "idempotency-key": "1"},
	}
	request.RequestContext.HTTP.Method, request.RequestContext.HTTP.SourceIP = http.MethodPost, "192.0.2.1"
	answer, err := httpapi.Handler(httpapi.Config{Logger: slog.New(slog.DiscardHandler), IdempotencySecret: s.store.IdempotencySecret}, op)(s.Context(), request)
	s.must(err)
	return answer
}

// link is the token of a new reset link.
func (s *scene) link(login string) string {
	s.Helper()
	_, links, _, err := s.store.ReadLinks(s.Context(), s.id(login), request.Metadata{}.Key)
	s.must(err)
	of, err := s.store.ReadAccount(s.Context(), s.id(login))
	s.must(err)
	token, after, err := links.Mint(rand.Reader, of, "evt_link", time.Hour, time.Now())
	s.must(err)
	s.must(s.store.MakeLink(s.Context(), reset.Making{Links: &after, Event: event.Event{ID: "evt_link", Account: of.ID}}))
	return token.Text()
}

// Two people behind one address may use the same key. One of them may not use it for two things.
func TestKeysOfPeopleAtOneAddress(t *testing.T) {
	s := newScene(t)
	signIn := api.Operations{}.CreateSession(access.SignIn{
		Store: s.store, Hasher: plain{}, Limits: access.Limits{Login: 10, Address: 100}, Lifetime: time.Hour, Random: rand.Reader, Now: time.Now,
	})
	redeem := api.Operations{}.ResetPassword(reset.Redeem{Store: s.store, Hasher: plain{}, Policy: password.Policy{Minimum: 15}, NewID: s.ids.New, Now: time.Now})
	session := func(login, of, more string) string {
		return fmt.Sprintf(`{"login":%q,"password":"the password of %s"%s}`, login, of, more)
	}
	for _, step := range []struct {
		name   string
		op     httpapi.Operation
		path   string
		body   string
		status int
	}{
		{"ada signs in", signIn, "/v1/sessions", session("ada", "ada", ""), http.StatusCreated},
		{"bob signs in", signIn, "/v1/sessions", session("bob", "bob", ""), http.StatusCreated},
		{"ada again", signIn, "/v1/sessions", session("ada", "ada", ""), http.StatusConflict},
		{"ada in other letters", signIn, "/v1/sessions", session("ADA", "ada", ""), http.StatusUnprocessableEntity},
		{"ada otherwise", signIn, "/v1/sessions", session("ada", "ada", `,"cookie":true`), http.StatusUnprocessableEntity},
		{"ada's link", redeem, "/v1/password-resets", fmt.Sprintf(`{"token":%q,"password":"a brand new password"}`, s.link("ada")), http.StatusNoContent},
		{"bob's link", redeem, "/v1/password-resets", fmt.Sprintf(`{"token":%q,"password":"a brand new password"}`, s.link("bob")), http.StatusNoContent},
	} {
		if answer := s.post(step.op, step.path, step.body); answer.StatusCode != step.status {
			t.Errorf("%s: answered %d %s, want %d", step.name, answer.StatusCode, answer.Body, step.status)
		}
	}
}
