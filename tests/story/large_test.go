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

// largeSize is more than go in one transaction, and a few pages of a list.
var largeSize = flag.Int("large", 200, "subscriptions of the customer that is moved, converted and removed page by page")

// each of its subscriptions has as much disk space.
const largeDisk = 10

// large is a customer with many subscriptions, of which every other one is on a plan.
type large struct {
	*story
	customer

	plan                   string
	subscriptions, domains []string
}

// turn is something that is one way, then the other, and never the first way again.
type turn struct{ over atomic.Bool }

// look holds what an answer shows against what was seen before it was asked for.
func (u *turn) look(t *testing.T, what string, before, after int, ask func() int) {
	t.Helper()
	was := u.over.Load()
	switch got := ask(); {
	case got == after:
		u.over.Store(true)
	case got != before:
		t.Errorf("%s: %d", what, got)
	case was:
		t.Errorf("%s: %d again after %d", what, got, after)
	}
}

// watch looks again and again, in a few places at once, until it is ended.
func watch(t *testing.T, look func()) (end func()) {
	t.Helper()
	var done atomic.Bool
	var each sync.WaitGroup
	var looks atomic.Int64
	for range 2 {
		each.Go(func() {
			for !done.Load() && !t.Failed() {
				look()
				looks.Add(1)
			}
		})
	}
	return func() {
		t.Helper()
		done.Store(true)
		each.Wait()
		t.Logf("looked %d times meanwhile", looks.Load())
	}
}

// largeCustomer makes one, side by side.
func (s *story) largeCustomer(t *testing.T) *large {
	t.Helper()
	l := &large{story: s, customer: s.newCustomer(t, s.north, "large-all"), subscriptions: make([]string, *largeSize)}
	l.plan = s.plan(t, s.north, "service", "Large", disk(largeDisk))
	for i := range *largeSize {
		l.domains = append(l.domains, s.domain(fmt.Sprintf("large-all%d", i)))
	}
	var each sync.WaitGroup
	for first := range 6 {
		each.Go(func() {
			for i := first; i < *largeSize && !t.Failed(); i += 6 {
				body := map[string]any{"domain": l.domains[i], "servicePlan": l.plan}
				if i%2 == 1 {
					body = map[string]any{"domain": l.domains[i], "servicePlan": "custom", "resources": disk(largeDisk)}
				}
				l.subscriptions[i] = id(s.north.Post(t, l.path("/subscriptions"), body).Want(http.StatusCreated))
			}
		})
	}
	if each.Wait(); t.Failed() {
		t.FailNow()
	}
	return l
}

func (l *large) any() int { return rand.IntN(len(l.subscriptions)) }

// asks is a question for a status.
func asks(t *testing.T, by client.Caller, path string) func() int {
	t.Helper()
	return func() int { return by.Get(t, path).Status }
}

// keeps looks at one subscription, which has what it had, and comes from its plan once; and at its domain, which stays open.
func (l *large) keeps(t *testing.T, leaves []turn) {
	t.Helper()
	const onPlan, onNone = 1, 0
	i := l.any()
	before := onPlan
	if i%2 == 1 {
		before = onNone
	}
	leaves[i].look(t, l.subscriptions[i], before, onNone, func() int {
		switch has := l.subscription(t, l.admin, l.subscriptions[i]); {
		case has.Customer != l.ID || has.Resources.Allotments["disk_space"] != largeDisk:
		case has.ServicePlan == l.plan && has.Link == "synced":
			return onPlan
		case has.ServicePlan == "custom" && has.Link == "custom":
			return onNone
		}
		return -1
	})
	if open, _ := l.gate(t, l.domains[i]); !open {
		t.Errorf("%s is closed", l.domains[i])
	}
}

// gives expects a reseller to have given what the customer has, and all of it to be listed.
func (l *large) gives(t *testing.T, by client.Caller) {
	t.Helper()
	n := len(l.subscriptions)
	if used := l.reseller(t, by.ID).Used; used.Subscriptions != n || used.Allotments["disk_space"] != int64(n*largeDisk) {
		t.Errorf("%s has given %+v", by.Name, used)
	}
	for _, id := range l.subscriptions[:min(n, 20)] {
		if has := l.subscription(t, by, id); has.ServicePlan != "custom" || has.Resources.Allotments["disk_space"] != largeDisk {
			t.Errorf("%s: %+v", id, has)
		}
		l.north.Get(t, "/v1/subscriptions/"+id).WantProblem(http.StatusNotFound, "not-found")
	}
	l.balanced(t, by.ID)
	l.balanced(t, l.north.ID)
}

// A customer whose subscriptions go page by page is before or after for everybody who looks meanwhile, and so is each of them.
func aLargeCustomerIsMovedConvertedAndRemoved(t *testing.T, s *story) {
	l := s.largeCustomer(t)
	room := map[string]any{"allotments": map[string]any{"disk_space": *largeSize * largeDisk, "max_cl": 1}}
	limited := s.plan(t, s.admin, "reseller", "For one that is large", room)
	s.admin.Post(t, "/v1/resellers", s.person("large-owner", "Ms large", "resellerPlan", limited)).Want(http.StatusCreated)
	owner := s.stack.SignIn(t, "the new owner", s.login("large-owner"), s.password)
	leaves := make([]turn, *largeSize)

	// To a reseller whom it leaves nothing: what the old owner sees no more, the new one sees.
	took := time.Now()
	var leftIt, gotIt turn
	end := watch(t, func() {
		path := "/v1/subscriptions/" + l.subscriptions[l.any()]
		gotIt.look(t, "the new owner", http.StatusNotFound, http.StatusOK, asks(t, owner, path))
		leftIt.look(t, "the old owner", http.StatusOK, http.StatusNotFound, asks(t, s.north, path))
		if gotIt.over.Load() {
			s.north.Get(t, l.path("")).WantProblem(http.StatusNotFound, "not-found")
			owner.Get(t, l.path("")).Want(http.StatusOK)
		}
		l.keeps(t, leaves)
	})
	s.transferred(t, "move", l.customer, map[string]any{"owner": owner.ID, "servicePlan": "custom"})
	end()
	t.Logf("moved in %s", time.Since(took).Round(time.Millisecond))
	l.gives(t, owner)

	// To a reseller of its own.
	took = time.Now()
	var left, rose turn
	end = watch(t, func() {
		rose.look(t, "as a reseller", http.StatusNotFound, http.StatusOK, asks(t, s.admin, "/v1/resellers/"+l.ID))
		left.look(t, "as a customer", http.StatusOK, http.StatusNotFound, asks(t, owner, l.path("")))
		if rose.over.Load() {
			owner.Get(t, "/v1/subscriptions/"+l.subscriptions[l.any()]).WantProblem(http.StatusNotFound, "not-found")
		}
		l.keeps(t, leaves)
	})
	s.transferred(t, "convert", l.customer, nil)
	end()
	t.Logf("converted in %s", time.Since(took).Round(time.Millisecond))
	own := s.stack.SignIn(t, "the new reseller", l.Login, s.password)
	l.gives(t, own)
	if used := s.reseller(t, owner.ID).Used; used.Subscriptions != 0 || used.Customers != 0 || used.Allotments["disk_space"] != 0 {
		t.Errorf("its owner has given %+v", used)
	}
	s.balanced(t, owner.ID)

	// And away: what is closed stays closed.
	took = time.Now()
	at := "/v1/resellers/" + l.ID
	begun := remove(t, s.admin, at)
	closes(t, s.admin, at)
	var gone turn
	each := make([]turn, *largeSize)
	end = watch(t, func() {
		i := l.any()
		gone.look(t, "the reseller", http.StatusOK, http.StatusNotFound, asks(t, s.admin, at))
		each[i].look(t, "a subscription", http.StatusOK, http.StatusNotFound, asks(t, s.admin, "/v1/subscriptions/"+l.subscriptions[i]))
		if response := s.node.Get(t, "/v1/gate/"+l.domains[i]); response.Status >= 500 || response.Status == http.StatusOK && response.JSON()["open"] == true {
			t.Errorf("%s is open: %d", l.domains[i], response.Status)
		}
	})
	endWithin(t, transferPatience*2, s.admin, begun, "succeeded")
	end()
	t.Logf("removed in %s", time.Since(took).Round(time.Millisecond))
	for i := range min(*largeSize, 20) {
		s.admin.Get(t, "/v1/subscriptions/"+l.subscriptions[i]).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Get(t, at).WantProblem(http.StatusNotFound, "not-found")
}
