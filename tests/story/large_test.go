package story

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/tests/client"
)

// largeSize is larger than a transaction and than a page of a list.
var largeSize = flag.Int(
	"large",
	200,
	"subscriptions of the customer that is moved, converted and removed page by page",
)

// largeDisk is the disk space of each of the customer's subscriptions.
const largeDisk = 10

// large is a customer with many subscriptions. Every second subscription is on a plan, the others are on the custom
// plan.
type large struct {
	*story
	customer

	plan                   string
	subscriptions, domains []string
}

// transition is a value that changes once and must never change back.
type transition struct{ changed atomic.Bool }

// check reads the value. It fails the test if the value is neither the one before nor the one after the change, or if
// an earlier read has returned the one after the change and this read returns the one before.
func (c *transition) check(t *testing.T, what string, before, after int, read func() int) {
	t.Helper()
	changed := c.changed.Load()
	switch got := read(); {
	case got == after:
		c.changed.Store(true)
	case got != before:
		t.Errorf("%s: got %d, want %d or %d", what, got, before, after)
	case changed:
		t.Errorf("%s: got %d after %d, want no change back", what, got, after)
	}
}

// watch calls check repeatedly and concurrently until the returned function is called.
func watch(t *testing.T, check func()) (stop func()) {
	t.Helper()
	var done atomic.Bool
	var watchers sync.WaitGroup
	var checks atomic.Int64
	for range 2 {
		watchers.Go(func() {
			for !done.Load() && !t.Failed() {
				check()
				checks.Add(1)
			}
		})
	}
	return func() {
		t.Helper()
		done.Store(true)
		watchers.Wait()
		t.Logf("checked %d times", checks.Load())
	}
}

// largeCustomer creates the customer and, concurrently, its subscriptions.
func (s *story) largeCustomer(t *testing.T) *large {
	t.Helper()
	l := &large{story: s, customer: s.newCustomer(t, s.north, "large-all"), subscriptions: make([]string, *largeSize)}
	l.plan = s.plan(t, s.north, "service", "Large", disk(largeDisk))
	for i := range *largeSize {
		l.domains = append(l.domains, s.domain(fmt.Sprintf("large-all%d", i)))
	}
	var workers sync.WaitGroup
	for first := range 6 {
		workers.Go(func() {
			for i := first; i < *largeSize && !t.Failed(); i += 6 {
				body := map[string]any{"domain": l.domains[i], "servicePlan": l.plan}
				if i%2 == 1 {
					body = map[string]any{"domain": l.domains[i], "servicePlan": "custom", "resources": disk(largeDisk)}
				}
				l.subscriptions[i] = id(s.north.Post(t, l.path("/subscriptions"), body).Want(http.StatusCreated))
			}
		})
	}
	if workers.Wait(); t.Failed() {
		t.FailNow()
	}
	return l
}

func (l *large) randomIndex() int { return rand.IntN(len(l.subscriptions)) }

// statusOf returns a function that reads the path and returns the status.
func statusOf(t *testing.T, caller client.Caller, path string) func() int {
	t.Helper()
	return func() int { return caller.Get(t, path).Status }
}

// checkSubscription checks a random subscription: it keeps its resources, and it changes from its plan to the custom
// plan once. Its domain stays open.
func (l *large) checkSubscription(t *testing.T, changes []transition) {
	t.Helper()
	const onPlan, onCustomPlan = 1, 0
	i := l.randomIndex()
	before := onPlan
	if i%2 == 1 {
		before = onCustomPlan
	}
	changes[i].check(t, l.subscriptions[i], before, onCustomPlan, func() int {
		switch has := l.subscription(t, l.admin, l.subscriptions[i]); {
		case has.Customer != l.ID || has.Resources.Allotments["disk_space"] != largeDisk:
		case has.ServicePlan == l.plan && has.Link == "synced":
			return onPlan
		case has.ServicePlan == "custom" && has.Link == "custom":
			return onCustomPlan
		}
		return -1
	})
	if open, _ := l.gate(t, l.domains[i]); !open {
		t.Errorf("the gate of %s is closed, want it open", l.domains[i])
	}
}

// assertUsage checks that the reseller's usage is that of the customer, and that the reseller sees the subscriptions.
func (l *large) assertUsage(t *testing.T, caller client.Caller) {
	t.Helper()
	n := len(l.subscriptions)
	used := l.reseller(t, caller.ID).Used
	if used.Subscriptions != n || used.Allotments["disk_space"] != int64(n*largeDisk) {
		t.Errorf("usage of %s: got %+v, want %d subscriptions with %d of disk space each", caller.Name, used, n, largeDisk)
	}
	for _, id := range l.subscriptions[:min(n, 20)] {
		has := l.subscription(t, caller, id)
		if has.ServicePlan != "custom" || has.Resources.Allotments["disk_space"] != largeDisk {
			t.Errorf("got %+v, want the custom plan and the same disk space", has)
		}
		l.north.Get(t, "/v1/subscriptions/"+id).WantProblem(http.StatusNotFound, "not-found")
	}
	l.assertBalanced(t, caller.ID)
	l.assertBalanced(t, l.north.ID)
}

// aLargeCustomerIsMovedConvertedAndRemoved does long work on a customer with many subscriptions. Callers that read
// meanwhile see the customer, and each subscription, either before or after the change.
func aLargeCustomerIsMovedConvertedAndRemoved(t *testing.T, s *story) {
	l := s.largeCustomer(t)
	room := map[string]any{"allotments": map[string]any{"disk_space": *largeSize * largeDisk, "max_cl": 1}}
	limited := s.plan(t, s.admin, "reseller", "Large", room)
	s.admin.Post(t, "/v1/resellers", s.person("large-owner", "Ms large", "resellerPlan", limited)).Want(http.StatusCreated)
	owner := s.stack.SignIn(t, "the new owner", s.login("large-owner"), s.password)
	changes := make([]transition, *largeSize)

	// The move to a reseller whose limits the customer uses up. As soon as the old owner loses access, the new owner has
	// it.
	startTime := time.Now()
	var lostByOldOwner, gainedByNewOwner transition
	stop := watch(t, func() {
		path := "/v1/subscriptions/" + l.subscriptions[l.randomIndex()]
		gainedByNewOwner.check(t, "status for the new owner", http.StatusNotFound, http.StatusOK, statusOf(t, owner, path))
		lostByOldOwner.check(t, "status for the old owner", http.StatusOK, http.StatusNotFound, statusOf(t, s.north, path))
		if gainedByNewOwner.changed.Load() {
			s.north.Get(t, l.path("")).WantProblem(http.StatusNotFound, "not-found")
			owner.Get(t, l.path("")).Want(http.StatusOK)
		}
		l.checkSubscription(t, changes)
	})
	s.transferAndWait(t, "move", l.customer, map[string]any{"owner": owner.ID, "servicePlan": "custom"})
	stop()
	t.Logf("moved in %s", time.Since(startTime).Round(time.Millisecond))
	l.assertUsage(t, owner)

	// The conversion to a reseller.
	startTime = time.Now()
	var lostAsCustomer, gainedAsReseller transition
	stop = watch(t, func() {
		gainedAsReseller.check(
			t,
			"status of the reseller",
			http.StatusNotFound,
			http.StatusOK,
			statusOf(t, s.admin, "/v1/resellers/"+l.ID),
		)
		lostAsCustomer.check(t, "status of the customer", http.StatusOK, http.StatusNotFound, statusOf(t, owner, l.path("")))
		if gainedAsReseller.changed.Load() {
			owner.Get(t, "/v1/subscriptions/"+l.subscriptions[l.randomIndex()]).WantProblem(http.StatusNotFound, "not-found")
		}
		l.checkSubscription(t, changes)
	})
	s.transferAndWait(t, "convert", l.customer, nil)
	stop()
	t.Logf("converted in %s", time.Since(startTime).Round(time.Millisecond))
	own := s.stack.SignIn(t, "the new reseller", l.Login, s.password)
	l.assertUsage(t, own)
	used := s.reseller(t, owner.ID).Used
	if used.Subscriptions != 0 || used.Customers != 0 || used.Allotments["disk_space"] != 0 {
		t.Errorf("usage of the former owner: got %+v, want none", used)
	}
	s.assertBalanced(t, owner.ID)

	// The removal. A domain that is closed stays closed.
	startTime = time.Now()
	path := "/v1/resellers/" + l.ID
	started := remove(t, s.admin, path)
	assertClosed(t, s.admin, path)
	var removed transition
	closed := make([]transition, *largeSize)
	stop = watch(t, func() {
		i := l.randomIndex()
		removed.check(t, "status of the reseller", http.StatusOK, http.StatusNotFound, statusOf(t, s.admin, path))
		closed[i].check(
			t,
			"status of a subscription",
			http.StatusOK,
			http.StatusNotFound,
			statusOf(t, s.admin, "/v1/subscriptions/"+l.subscriptions[i]),
		)
		response := s.node.Get(t, "/v1/gate/"+l.domains[i])
		if response.Status >= 500 || response.Status == http.StatusOK && response.JSON()["open"] == true {
			t.Errorf("gate of %s: got %d %s, want it closed or unknown", l.domains[i], response.Status, response.Text)
		}
	})
	waitAtMost(t, transferPatience*2, s.admin, started, "succeeded")
	stop()
	t.Logf("removed in %s", time.Since(startTime).Round(time.Millisecond))
	for i := range min(*largeSize, 20) {
		s.admin.Get(t, "/v1/subscriptions/"+l.subscriptions[i]).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
}
