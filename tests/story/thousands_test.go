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

// The customers in the longest list of items that the API accepts.
const (
	thousands = 10_000 // all items
	foreign   = 37     // customers of another reseller
	absent    = 5      // ids of customers that do not exist
	suspended = 11     // customers that are already suspended
)

// tenThousandCustomersAreSuspended sends the longest list of items through the real state machine, in a hundred
// batches. It writes the customers directly into the table, because creating them through the API would take an hour.
// The customers stay in the table, so the chapter runs only on the test's own stack, which `make test-stack` starts.
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
	invalid := slices.Clone(others)
	for range absent {
		invalid = append(invalid, s.newID(t, account.CustomerPrefix))
	}
	body := map[string]any{"items": itemsOf(shuffled(t, slices.Concat(ids, invalid))...), "reason": "all of them"}
	key := client.Header{"Idempotency-Key", "thousands-" + s.run}
	started := start(t, owner, "suspend", body, key)
	done := waitAtMost(t, patience*30, owner, started, "partially-failed")
	if done.counts() != [4]int{thousands, thousands - foreign - absent, foreign + absent, 0} {
		t.Errorf("got the counts %v, want %d items, of which %d failed", done.counts(), thousands, foreign+absent)
	}
	assertNotFound(t, listItems(t, owner, done, "status=failed&limit=100"), invalid)

	listed, _ := listAll(t, owner, "status=suspended&sort=created&limit=100")
	assertSameIDs(t, "suspended", values(listed, "id"), ids)
	if active, _ := listAll(t, neighbour, "status=active&limit=100"); len(active) != foreign {
		t.Errorf("%d of the neighbour's customers are active, want all %d", len(active), foreign)
	}
	for _, id := range held {
		trail := owner.Get(t, "/v1/customers/"+id+"/events").Want(http.StatusOK).Text
		if strings.Count(trail, `"account.suspended"`) != 1 {
			t.Errorf("got the events %s, want one suspension: the customer was already suspended", trail)
		}
	}
	again := owner.Post(t, "/v1/customers/suspend", body, key).Want(http.StatusAccepted).JSON()
	if again["id"] != started.ID {
		t.Errorf("the repeated request returned the operation %v, want %s", again, started.ID)
	}
	s.assertOperations(t, owner, started.ID)
}

// assertNotFound checks that exactly the wanted items failed, all with not-found.
func assertNotFound(t *testing.T, failed []item, want []string) {
	t.Helper()
	got := make([]string, len(failed))
	for i, item := range failed {
		if got[i] = item.Customer; item.State != "failed" || item.Code != "not-found" {
			t.Errorf("got %+v, want an item that failed with not-found", item)
		}
	}
	assertSameIDs(t, "failed", got, want)
}

// assertSameIDs compares two lists of ids without regard to their order.
func assertSameIDs(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %d ids, want %d other ids; the first are %.5q", what, len(got), len(want), got)
	}
}

// table opens the table of the stack.
func (s *story) table(t *testing.T) *dynamo.Store {
	t.Helper()
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	if endpoint == "" {
		t.Skip("TENANTRY_DYNAMODB is not set; run make test-stack")
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
		Region:       "us-east-1",
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	}, deployed.Outputs.TableName, clock.Now)
}

func (s *story) newID(t *testing.T, prefix string) string {
	t.Helper()
	return idgen.Generator{Now: clock.Now, Random: rand.Reader}.New(prefix)
}

// seed writes n customers of the owner concurrently and returns their ids.
func (s *story) seed(t *testing.T, store *dynamo.Store, owner string, n int) []string {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	ids := make([]string, n)
	work := make(chan int)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
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
	workers.Wait()
	return ids
}

func (s *story) seeded(t *testing.T, id, owner string, now time.Time) directory.AccountCreation {
	a := account.Account{
		ID: account.ID(
			id,
		),
		Kind:      account.Customer,
		Login:     account.Login(s.login(id)),
		Owner:     account.ID(owner),
		Lifecycle: account.Ready,
		Contact:   account.Contact{Name: "One of many", Email: "someone@example.com", Locale: "en"},
		CreatedAt: now,
		Version:   1,
	}
	return directory.AccountCreation{Account: a, Event: event.Event{
		ID: s.newID(
			t,
			event.IDPrefix,
		),
		Name:    event.DescriptionChanged, // the search index does not follow it: the emulator needs minutes for so many rows
		Account: a.ID,
		Kind:    a.Kind,
		Owner:   a.Owner,
		Actor:   a.Owner,
		At:      a.CreatedAt,
		Version: 1,
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
