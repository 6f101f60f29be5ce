package dynamo

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

const (
	writes = "TransactWriteItems"
	looks  = "BatchGetItem" // for what became of a write
	reads  = "GetItem"
)

// The parts of a creation by scene.creation, in their order.
const (
	ok       = "None"
	unmet    = "ConditionalCheckFailed"
	conflict = "TransactionConflict"
)

func TestAnswerLostAfterCommit(t *testing.T) {
	for name, lost := range map[string]failure{"connection": lostAfter, "broken": brokenAfter} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c := s.creation(t, "ada")
			s.line.fail(writes, lost)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.line.did(t, writes, looks)
			s.wrote(t, c.Account)
		})
	}
}

func TestAnswerLostBeforeCommit(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	s.line.fail(writes, lostBefore, lostAfter)
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.line.did(t, writes, looks, writes, looks)
	s.wrote(t, c.Account)
}

// The look for the proof fails as well: the same token makes the repetition harmless.
func TestAnswerAndLookLost(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	var tokens []any
	withToken := func(then failure) failure {
		return func(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			err := rewritten(request, func(body map[string]any) { tokens = append(tokens, body["ClientRequestToken"]) })
			if err != nil {
				return nil, err
			}
			return then(request, send)
		}
	}
	s.line.fail(writes, withToken(lostAfter), withToken(lostAfter))
	s.line.plan[looks] = times(maxCallAttempts, lostBefore)
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(tokens) != 2 || tokens[0] != c.Event.ID || tokens[1] != c.Event.ID {
		t.Errorf("tokens = %v, want %s twice", tokens, c.Event.ID)
	}
	s.line.did(t, writes, looks, looks, looks, looks, writes, looks)
	s.wrote(t, c.Account)
}

// The storage has forgotten the token, and refuses what is there already by our own hand.
func TestOwnGuardIsSuccess(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []string
		looks   int // that are lost
	}{
		"proof told":     {[]string{unmet, unmet, unmet, unmet, unmet, unmet, ok}, 2},
		"proof not told": {[]string{ok, ok, unmet, ok, ok, ok, ok}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c := s.creation(t, "ada")
			s.line.fail(writes, lostAfter, cancelled(test.reasons...))
			s.line.plan[looks] = times(test.looks*maxCallAttempts, lostBefore)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.wrote(t, c.Account)
		})
	}
}

func TestAnothersGuardAfterDoubt(t *testing.T) {
	s := newScene(t)
	first, second := s.creation(t, "ada"), s.creation(t, "ada")
	second.Record = nil
	s.line.fail(writes, func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
		if err := s.good.Create(t.Context(), first); err != nil {
			t.Error(err)
		}
		return nil, errors.New("connection reset")
	})
	if err := s.Create(t.Context(), second); !fault.Is(err, fault.LoginTaken) {
		t.Fatalf("error = %v, want login-taken", err)
	}
	s.wrote(t, first.Account)
}

func TestOutOfTimeAfterCommit(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	ctx, cancel := context.WithCancel(t.Context())
	s.line.fail(writes, func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		_, err := send()
		cancel()
		return nil, errors.Join(err, context.Canceled)
	})
	if err := s.Create(ctx, c); err != nil {
		t.Fatal(err)
	}
	s.wrote(t, c.Account)
}

func TestOutOfTimeBeforeCommit(t *testing.T) {
	s := newScene(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Create(ctx, s.creation(t, "ada")); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("error = %v, want unavailable", err)
	}
	s.counted(t, 0)
}

func TestTriedAgain(t *testing.T) {
	for name, failures := range map[string][]failure{
		"conflict":              {cancelled(ok, ok, ok, ok, ok, ok, conflict)},
		"conflicts":             times(maxAttempts-1, cancelled(ok, ok, ok, ok, ok, ok, conflict)),
		"throttled item":        {cancelled(ok, ok, ok, ok, ok, ok, "ThrottlingError")},
		"throttled capacity":    {cancelled(ok, ok, ok, ok, "ProvisionedThroughputExceeded", ok, ok)},
		"throttled call":        {throttled(), answers(400, "ThrottlingException", nil), answers(400, "RequestLimitExceeded", nil)},
		"still going on":        {answers(400, "TransactionInProgressException", nil)},
		"conflict comes first":  {cancelled(ok, conflict, unmet, unmet, ok, ok, ok)},
		"not there at the time": {answers(503, "ServiceUnavailable", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c := s.creation(t, "ada")
			s.line.fail(writes, failures...)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.wrote(t, c.Account)
		})
	}
}

func TestGivenUp(t *testing.T) {
	for name, failing := range map[string]failure{
		"conflict":  cancelled(ok, ok, ok, ok, ok, ok, conflict),
		"throttled": throttled(),
		"lost":      lostBefore,
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.line.fail(writes, times(maxAttempts+1, failing)...)
			err := s.Create(t.Context(), s.creation(t, "ada"))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 || f.Unwrap() == nil {
				t.Fatalf("error = %#v, want unavailable with its cause", err)
			}
			if strings.Contains(f.Error(), "secret") {
				t.Errorf("the fault tells what the storage said: %s", f.Error())
			}
			s.counted(t, 0)
		})
	}
}

func TestRefusalsInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []string
		want    fault.Code
	}{
		"login before external id": {[]string{ok, ok, unmet, unmet, ok, ok, ok}, fault.LoginTaken},
		"login before conflict":    {[]string{ok, ok, unmet, ok, ok, ok, conflict}, fault.LoginTaken},
		"external id":              {[]string{ok, ok, ok, unmet, ok, ok, conflict}, fault.Conflict},
		"no meaning":               {[]string{ok, ok, ok, ok, unmet, ok, ok}, ""},
		"no reason":                {[]string{ok, ok, ok, ok, ok, ok, ok}, ""},
		"wrong":                    {[]string{ok, ok, "ValidationError", unmet, ok, ok, ok}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.line.fail(writes, cancelled(test.reasons...))
			err := s.Create(t.Context(), s.creation(t, "ada"))
			if err == nil || fault.CodeOf(err) != test.want {
				t.Fatalf("error = %v, want %q", err, test.want)
			}
			s.line.did(t, writes)
		})
	}
}

func TestOtherWritesSurviveLostAnswers(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	session := access.Session{Account: c.Account.ID, Hash: s.id(t, "hash-"), CreatedAt: s.now(), ExpiresAt: s.now()}
	s.line.fail(writes, lostAfter)
	record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, s.now())
	if err := s.CreateSession(
		t.Context(),
		access.SessionCreation{Session: session, Known: "here", KnownUntil: s.now(), Record: record},
	); err != nil {
		t.Fatalf("begin: %v", err)
	}
	after := c.Account
	after.Contact.City, after.Version = "Cork", 2
	s.line.fail(writes, lostAfter)
	err := s.ChangeAccount(t.Context(), edit.AccountChange{Before: c.Account, After: after, Event: event.Event{
		ID: s.id(t, event.IDPrefix), Account: after.ID, At: s.now(), Version: 2,
	}})
	if err != nil {
		t.Fatalf("change: %v", err)
	}
	found, err := s.ReadAccount(t.Context(), after.ID)
	if err != nil || found.Version != 2 {
		t.Fatalf("account = %+v, %v", found, err)
	}
	founding := access.FirstAdministratorCreation{
		Account:   after,
		CursorKey: []byte("key"),
		Event:     event.Event{ID: s.id(t, event.IDPrefix), Account: "adm_1", At: s.now()},
	}
	founding.Account.ID, founding.Account.Login = "adm_1", "admin"
	s.line.fail(writes, lostAfter)
	if err := s.CreateFirstAdministrator(t.Context(), founding); err != nil {
		t.Fatalf("found: %v", err)
	}
}

// An owner that is being removed exists and gains nothing.
func TestClosedOwner(t *testing.T) {
	s := newScene(t)
	reseller := s.creation(t, "host")
	reseller.Account.ID, reseller.Account.Kind = account.ID(s.id(t, account.ResellerPrefix)), account.Reseller
	if err := s.Create(t.Context(), reseller); err != nil {
		t.Fatal(err)
	}
	_, err := s.good.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:                 &s.table,
		Key:                       usageKey(reseller.Account.ID).attributes(),
		UpdateExpression:          aws.String("SET closed = :now"),
		ExpressionAttributeValues: item{":now": number(1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := s.creation(t, "ada")
	c.Account.Owner, c.Limits = reseller.Account.ID, gains(reseller.Account.ID)
	if err := s.Create(t.Context(), c); !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v, want not-found", err)
	}
	s.counted(t, 0)
}

// gains is what a reseller without limits needs reserved for one customer more.
func gains(reseller account.ID) *plan.Reservation {
	return &plan.Reservation{
		Reseller: reseller, Limits: resource.Limits{Resources: resource.Everything()}, Demand: resource.Demand{Customers: 1},
	}
}
