package story

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/idgen"
	"tenantry/tests/client"
)

// How many customers the longest item list names, and what is the matter with some of them.
const (
	thousands = 10_000
	foreign   = 37
	absent    = 5
	suspended = 11
)

// tenThousandCustomersAreSuspended takes the longest item list through the real state machine: a hundred batches. Its customers are
// written past the API, which would take an hour, and stay; so this is for a stack of the test's own, as `make test-stack` has one.
func tenThousandCustomersAreSuspended(t *testing.T, s *story) {
	store := s.table(t)
	for _, name := range []string{"thousands", "neighbour"} {
		s.admin.Post(t, "/v1/resellers", s.person(name, "Ms "+name)).Want(http.StatusCreated)
	}
	owner := s.stack.SignIn(t, "owner of thousands", s.login("thousands"), s.password)
	neighbour := s.stack.SignIn(t, "neighbour of thousands", s.login("neighbour"), s.password)
	ids := s.seed(t, store, owner.ID, thousands-foreign-absent)
	others := s.seed(t, store, neighbour.ID, foreign)
	held := ids[:suspended]
	for _, id := range held {
		owner.Post(t, "/v1/customers/"+id+"/suspend", map[string]any{"reason": "all of them"}).Want(http.StatusOK)
	}
	wrong := slices.Clone(others)
	for range absent {
		wrong = append(wrong, s.newID(t, account.CustomerPrefix))
	}
	body := map[string]any{"items": itemsOf(shuffled(t, slices.Concat(ids, wrong))...), "reason": "all of them"}
	key := client.Header{"Idempotency-Key", "thousands-" + s.run}
	begun := begin(t, owner, "suspend", body, key)
	done := endWithin(t, patience*30, owner, begun, "partially-failed")
	if done.counts() != [4]int{thousands, thousands - foreign - absent, foreign + absent, 0} {
		t.Errorf("counts %v", done.counts())
	}
	failedAre(t, outcomes(t, owner, done, "status=failed&limit=100"), wrong)

	listed, _ := all(t, owner, "status=suspended&sort=created&limit=100")
	same(t, "suspended", field(listed, "id"), ids)
	if left, _ := all(t, neighbour, "status=active&limit=100"); len(left) != foreign {
		t.Errorf("%d of the neighbour's customers are active", len(left))
	}
	for _, id := range held {
		if trail := owner.Get(t, "/v1/customers/"+id+"/events").Want(http.StatusOK).Text; strings.Count(trail, `"account.suspended"`) != 1 {
			t.Errorf("suspended before, and again: %s", trail)
		}
	}
	if again := owner.Post(t, "/v1/customers/suspend", body, key).Want(http.StatusAccepted).JSON(); again["id"] != begun.ID {
		t.Errorf("the same call began %v", again)
	}
	s.operated(t, owner, begun.ID)
}

// failedAre expects items that failed because they are not there for the caller.
func failedAre(t *testing.T, failed []item, want []string) {
	t.Helper()
	got := make([]string, len(failed))
	for i, one := range failed {
		if got[i] = one.Customer; one.State != "failed" || one.Code != "not-found" {
			t.Errorf("%+v", one)
		}
	}
	same(t, "failed", got, want)
}

// same expects the same ids in whatever order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d, want %d, the first %.5q", what, len(got), len(want), got)
	}
}

// table is where the stack keeps everything.
func (s *story) table(t *testing.T) *dynamo.Store {
	t.Helper()
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	if endpoint == "" {
		t.Skip("TENANTRY_DYNAMODB names no table of a stack of its own; run make test-stack")
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS")), "deployed.json"))
	if err != nil {
		t.Fatal(err)
	}
	var deployed struct{ Outputs struct{ TableName string } }
	if err := json.Unmarshal(text, &deployed); err != nil {
		t.Fatal(err)
	}
	return dynamo.Open(aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}, deployed.Outputs.TableName, clock.Now)
}

func (s *story) newID(t *testing.T, prefix string) string {
	t.Helper()
	return idgen.Generator{Now: clock.Now, Random: rand.Reader}.New(prefix)
}

// seed writes customers of a reseller, side by side.
func (s *story) seed(t *testing.T, store *dynamo.Store, owner string, n int) []string {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	ids := make([]string, n)
	work := make(chan int)
	var each sync.WaitGroup
	for range 16 {
		each.Go(func() {
			for i := range work {
				ids[i] = s.newID(t, account.CustomerPrefix)
				if err := store.Create(context.WithoutCancel(t.Context()), s.seeded(t, ids[i], owner, now)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range ids {
		work <- i
	}
	close(work)
	each.Wait()
	return ids
}

func (s *story) seeded(t *testing.T, id, owner string, now time.Time) directory.AccountCreation {
	a := account.Account{
		ID: account.ID(id), Kind: account.Customer, Login: account.Login(s.login(id)), Owner: account.ID(owner), Lifecycle: account.Ready,
		Contact: account.Contact{Name: "One of many", Email: "someone@example.com", Locale: "en"}, CreatedAt: now, Version: 1,
	}
	return directory.AccountCreation{Account: a, Event: event.Event{
		ID: s.newID(t, event.IDPrefix), Name: event.CustomerCreated, Account: a.ID, Kind: a.Kind, Owner: a.Owner, Actor: a.Owner, At: a.CreatedAt, Version: 1,
	}}
}

func shuffled(t *testing.T, ids []string) []string {
	t.Helper()
	for i := range ids {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			t.Fatal(err)
		}
		ids[i], ids[j.Int64()] = ids[j.Int64()], ids[i]
	}
	return ids
}
