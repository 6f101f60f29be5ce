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
	transactWrite = "TransactWriteItems"
	batchGet      = "BatchGetItem" // also looks up what became of a write
	getItem       = "GetItem"
)

// The reasons that a cancelled transaction gives for its items.
const (
	noReason       = "None"
	conditionUnmet = "ConditionalCheckFailed"
	conflict       = "TransactionConflict"
)

func TestResponseLostAfterCommit(t *testing.T) {
	for name, lost := range map[string]failure{"connection lost": responseLost, "server error": serverErrorAfterWrite} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			c := s.creation(t, "ada")
			s.faults.fail(transactWrite, lost)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.faults.expectCalls(t, transactWrite, batchGet)
			s.expectWritten(t, c.Account)
		})
	}
}

func TestRequestLostBeforeCommit(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	s.faults.fail(transactWrite, requestLost, responseLost)
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.faults.expectCalls(t, transactWrite, batchGet, transactWrite, batchGet)
	s.expectWritten(t, c.Account)
}

// The lookup of the event fails too. The same token makes the repetition harmless.
func TestResponseAndLookupLost(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	var tokens []any
	recordToken := func(next failure) failure {
		return func(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			err := rewriteBody(request, func(body map[string]any) { tokens = append(tokens, body["ClientRequestToken"]) })
			if err != nil {
				return nil, err
			}
			return next(request, send)
		}
	}
	s.faults.fail(transactWrite, recordToken(responseLost), recordToken(responseLost))
	s.faults.plan[batchGet] = times(maxCallAttempts, requestLost)
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(tokens) != 2 || tokens[0] != c.Event.ID || tokens[1] != c.Event.ID {
		t.Errorf("tokens = %v, want %s twice", tokens, c.Event.ID)
	}
	s.faults.expectCalls(t, transactWrite, batchGet, batchGet, batchGet, batchGet, transactWrite, batchGet)
	s.expectWritten(t, c.Account)
}

// DynamoDB has forgotten the token and rejects the repetition, because the first attempt has written the items.
func TestConditionFailedByOwnWriteIsSuccess(t *testing.T) {
	for name, test := range map[string]struct {
		reasons     []string
		lostLookups int
	}{
		"event exists":   {[]string{conditionUnmet, conditionUnmet, conditionUnmet, conditionUnmet, conditionUnmet, conditionUnmet, noReason}, 2},
		"another reason": {[]string{noReason, noReason, conditionUnmet, noReason, noReason, noReason, noReason}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			c := s.creation(t, "ada")
			s.faults.fail(transactWrite, responseLost, cancelled(test.reasons...))
			s.faults.plan[batchGet] = times(test.lostLookups*maxCallAttempts, requestLost)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.expectWritten(t, c.Account)
		})
	}
}

func TestConditionFailedByOthersAfterUnknownOutcome(t *testing.T) {
	s := newFixture(t)
	first, second := s.creation(t, "ada"), s.creation(t, "ada")
	second.Record = nil
	s.faults.fail(transactWrite, func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
		if err := s.reliable.Create(t.Context(), first); err != nil {
			t.Error(err)
		}
		return nil, errors.New("connection reset")
	})
	if err := s.Create(t.Context(), second); !fault.Is(err, fault.LoginTaken) {
		t.Fatalf("error = %v, want login-taken", err)
	}
	s.expectWritten(t, first.Account)
}

func TestCancelledAfterCommit(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	ctx, cancel := context.WithCancel(t.Context())
	s.faults.fail(transactWrite, func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		_, err := send()
		cancel()
		return nil, errors.Join(err, context.Canceled)
	})
	if err := s.Create(ctx, c); err != nil {
		t.Fatal(err)
	}
	s.expectWritten(t, c.Account)
}

func TestCancelledBeforeCommit(t *testing.T) {
	s := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Create(ctx, s.creation(t, "ada")); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("error = %v, want unavailable", err)
	}
	s.expectCount(t, 0)
}

func TestTransactionIsRetried(t *testing.T) {
	for name, failures := range map[string][]failure{
		"conflict":                    {cancelled(noReason, noReason, noReason, noReason, noReason, noReason, conflict)},
		"conflicts":                   times(usual.attempts-1, cancelled(noReason, noReason, noReason, noReason, noReason, noReason, conflict)),
		"throttled item":              {cancelled(noReason, noReason, noReason, noReason, noReason, noReason, "ThrottlingError")},
		"throttled capacity":          {cancelled(noReason, noReason, noReason, noReason, "ProvisionedThroughputExceeded", noReason, noReason)},
		"throttled call":              {throttled(), respond(400, "ThrottlingException", nil), respond(400, "RequestLimitExceeded", nil)},
		"in progress":                 {respond(400, "TransactionInProgressException", nil)},
		"conflict before a condition": {cancelled(noReason, conflict, conditionUnmet, conditionUnmet, noReason, noReason, noReason)},
		"unavailable":                 {respond(503, "ServiceUnavailable", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			c := s.creation(t, "ada")
			s.faults.fail(transactWrite, failures...)
			if err := s.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			s.expectWritten(t, c.Account)
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	for name, failed := range map[string]failure{
		"conflict":  cancelled(noReason, noReason, noReason, noReason, noReason, noReason, conflict),
		"throttled": throttled(),
		"lost":      requestLost,
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			s.faults.fail(transactWrite, times(usual.attempts+1, failed)...)
			err := s.Create(t.Context(), s.creation(t, "ada"))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 || f.Unwrap() == nil {
				t.Fatalf("error = %#v, want unavailable with its cause", err)
			}
			if strings.Contains(f.Error(), "secret") {
				t.Errorf("the fault contains the message of the storage: %s", f.Error())
			}
			s.expectCount(t, 0)
		})
	}
}

func TestFirstReasonOfACreationDecides(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []string
		want    fault.Code
	}{
		"login before external id": {[]string{noReason, noReason, conditionUnmet, conditionUnmet, noReason, noReason, noReason}, fault.LoginTaken},
		"login before conflict":    {[]string{noReason, noReason, conditionUnmet, noReason, noReason, noReason, conflict}, fault.LoginTaken},
		"external id":              {[]string{noReason, noReason, noReason, conditionUnmet, noReason, noReason, conflict}, fault.Conflict},
		"condition without a code": {[]string{noReason, noReason, noReason, noReason, conditionUnmet, noReason, noReason}, ""},
		"no reason":                {[]string{noReason, noReason, noReason, noReason, noReason, noReason, noReason}, ""},
		"validation error":         {[]string{noReason, noReason, "ValidationError", conditionUnmet, noReason, noReason, noReason}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			s.faults.fail(transactWrite, cancelled(test.reasons...))
			err := s.Create(t.Context(), s.creation(t, "ada"))
			if err == nil || fault.CodeOf(err) != test.want {
				t.Fatalf("error = %v, want %q", err, test.want)
			}
			s.faults.expectCalls(t, transactWrite)
		})
	}
}

func TestOtherWritesSurviveLostResponses(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	session := access.Session{Account: c.Account.ID, Hash: s.id(t, "hash-"), CreatedAt: s.now(), ExpiresAt: s.now()}
	s.faults.fail(transactWrite, responseLost)
	record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, s.now())
	creation := access.SessionCreation{Session: session, Known: "here", KnownUntil: s.now(), Record: record}
	if err := s.CreateSession(t.Context(), creation); err != nil {
		t.Fatalf("create a session: %v", err)
	}
	after := c.Account
	after.Contact.City, after.Version = "Cork", 2
	s.faults.fail(transactWrite, responseLost)
	err := s.ChangeAccount(t.Context(), edit.AccountChange{Before: c.Account, After: after, Event: event.Event{
		ID: s.id(t, event.IDPrefix), Account: after.ID, At: s.now(), Version: 2,
	}})
	if err != nil {
		t.Fatalf("change an account: %v", err)
	}
	found, err := s.ReadAccount(t.Context(), after.ID)
	if err != nil || found.Version != 2 {
		t.Fatalf("account = %+v, error %v; want version 2", found, err)
	}
	founding := access.FirstAdministratorCreation{
		Account:   after,
		CursorKey: []byte("key"),
		Event:     event.Event{ID: s.id(t, event.IDPrefix), Account: "adm_1", At: s.now()},
	}
	founding.Account.ID, founding.Account.Login = "adm_1", "admin"
	s.faults.fail(transactWrite, responseLost)
	if err := s.CreateFirstAdministrator(t.Context(), founding); err != nil {
		t.Fatalf("create the first administrator: %v", err)
	}
}

// An owner that is being removed still exists, but takes no more accounts.
func TestClosedOwnerGainsNoAccount(t *testing.T) {
	s := newFixture(t)
	reseller := s.creation(t, "host")
	reseller.Account.ID, reseller.Account.Kind = account.ID(s.id(t, account.ResellerPrefix)), account.Reseller
	if err := s.Create(t.Context(), reseller); err != nil {
		t.Fatal(err)
	}
	_, err := s.reliable.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:                 &s.table,
		Key:                       usageKey(reseller.Account.ID).attributes(),
		UpdateExpression:          aws.String("SET closed = :now"),
		ExpressionAttributeValues: item{":now": number(1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := s.creation(t, "ada")
	c.Account.Owner, c.Limits = reseller.Account.ID, reserveCustomer(reseller.Account.ID)
	if err := s.Create(t.Context(), c); !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v, want not-found", err)
	}
	s.expectCount(t, 0)
}

// reserveCustomer reserves one customer of a reseller without limits.
func reserveCustomer(reseller account.ID) *plan.Reservation {
	return &plan.Reservation{
		Reseller: reseller, Limits: resource.Limits{Resources: resource.Everything()}, Demand: resource.Demand{Customers: 1},
	}
}
