package gate_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/node/gate"
)

const reaction = 5 * time.Second // in the bubble's own time

func TestSuspensionClosesAndActivationOpens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		service.put("b.example", answer(true, "web_b", "sub_b", "cus_b"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Open)
		n.want("b.example", gate.Open)

		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		service.announce("cus_a", "customer")
		time.Sleep(reaction)
		n.want("a.example", gate.Closed)
		n.want("b.example", gate.Open)
		if changes := n.changed(); len(changes) != 1 || changes[0] != "a.example" {
			t.Errorf("got the changes %v, want only a.example", changes)
		}

		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		service.announce("cus_a", "customer")
		time.Sleep(reaction)
		n.want("a.example", gate.Open)
		if service.counted().questions != 4 {
			t.Errorf("got %d questions, want 4: an entry must not void the answers of others", service.counted().questions)
		}
		n.stop()
	})
}

func TestStateHoldsWhileTheServiceFailsAndAcrossRestarts(t *testing.T) {
	t.Parallel()
	failures := map[string]error{
		"unreachable": &gate.Unavailable{Reason: "no route"},
		"denied":      gate.ErrDenied,
		"busy":        &gate.Unavailable{Reason: "429", RetryAfter: 10 * time.Second},
	}
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service, keeper := newFakeService(), &fakeKeeper{}
				service.put("open.example", answer(true, "web_o", "sub_o", "cus_o"))
				service.put("closed.example", answer(false, "web_c", "sub_c", "cus_c"))
				n := start(t, service, keeper)
				n.want("open.example", gate.Open)
				n.want("closed.example", gate.Closed)
				time.Sleep(reaction)

				service.fail(failure)
				service.announce("cus_o", "customer")
				service.announce("cus_c", "customer")
				service.put("open.example", answer(false, "web_o", "sub_o", "cus_o"))
				time.Sleep(time.Minute)
				n.want("open.example", gate.Open)
				n.want("closed.example", gate.Closed)
				n.want("never-seen.example", gate.Unknown)
				if denied := n.follower.Health().IsDenied; denied != errors.Is(failure, gate.ErrDenied) {
					t.Errorf("got denied = %v in the health", denied)
				}

				n.stop()
				n = start(t, service, keeper)
				n.want("open.example", gate.Open)
				n.want("closed.example", gate.Closed)

				service.fail(nil)
				time.Sleep(10*time.Second + reaction)
				n.want("open.example", gate.Closed)
				n.want("closed.example", gate.Closed)
				n.stop()
			})
		})
	}
}

func TestRestartCatchesUpBeforeItAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Open)
		time.Sleep(reaction)
		n.stop()

		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		for range 3 * feedPage { // the entry is not in the first page
			service.announce("cus_other", "customer")
		}
		service.announce("cus_a", "customer")
		n = start(t, service, keeper)
		n.want("a.example", gate.Closed)
		n.stop()
	})
}

func TestCursorIsStoredOnlyWhenAllAnswersAre(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Open)
		time.Sleep(reaction)
		_, before := keeper.load()

		service.setLatency(time.Hour) // the feed answers, the gate does not
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		service.announce("cus_a", "customer")
		time.Sleep(time.Minute)
		if _, cursor := keeper.load(); cursor != before {
			t.Fatalf("the cursor %s was stored before the answer; after kill -9 the suspension would be lost", cursor)
		}
		crashed := &fakeKeeper{}
		crashed.known, crashed.cursor = keeper.load()
		service.setLatency(time.Millisecond)
		restarted := start(t, service, crashed)
		restarted.want("a.example", gate.Closed)
		restarted.stop()
		time.Sleep(2 * time.Hour)
		n.stop()
	})
}

func TestExpiredCursorRevalidatesEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		for i := range 20 {
			service.put(fmt.Sprintf("d%d.example", i), answer(true, fmt.Sprint("web_", i), "sub", "cus"))
		}
		n := start(t, service, keeper)
		for i := range 20 {
			n.want(fmt.Sprintf("d%d.example", i), gate.Open)
		}
		time.Sleep(reaction)
		service.put("d7.example", answer(false, "web_7", "sub", "cus"))
		service.forget()
		time.Sleep(reaction)
		n.want("d7.example", gate.Closed)
		n.want("d8.example", gate.Open)
		if restarts := n.follower.Health().Restarts; restarts != 1 {
			t.Errorf("got %d restarts of the feed, want 1", restarts)
		}
		if service.counted().unchanged != 19 {
			t.Errorf("got %d conditional answers, want 19: known answers are asked with their ETag", service.counted().unchanged)
		}
		n.stop()
	})
}

func TestEntryDuringAQuestionLetsItBeAskedAgain(t *testing.T) {
	t.Parallel()
	for _, isKnown := range []bool{false, true} {
		t.Run(fmt.Sprint("known ", isKnown), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service, keeper := newFakeService(), &fakeKeeper{}
				service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
				n := start(t, service, keeper)
				time.Sleep(time.Second)
				if isKnown {
					n.want("a.example", gate.Open)
					n.Apply([]gate.Entry{{ID: "cus_a", Kind: "customer"}})
				} else {
					go n.Check(context.Background(), "a.example")
				}
				time.Sleep(5 * time.Millisecond) // the question has begun, and its answer is open
				service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
				n.Apply([]gate.Entry{{ID: "cus_a", Kind: "customer"}})
				time.Sleep(time.Second)
				n.want("a.example", gate.Closed)
				n.stop()
			})
		})
	}
}

func TestExpiredCursorDuringAQuestionLetsItBeAskedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		time.Sleep(time.Second)
		go n.Check(context.Background(), "a.example")
		time.Sleep(5 * time.Millisecond) // the question has begun, and its answer is open
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		n.VoidAll()
		time.Sleep(time.Second)
		n.want("a.example", gate.Closed)
		n.stop()
	})
}

func TestRequestsForAVoidedDomainWaitForItsAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const domains = 10_000
		service, keeper := newFakeService(), &fakeKeeper{}
		stored := map[string]*gate.Known{}
		for i := range domains {
			domain, a := fmt.Sprintf("d%d.example", i), answer(true, fmt.Sprint("web_", i), "sub", "cus")
			a.IDs.Reseller = "res_r"
			service.put(domain, a)
			stored[domain] = &gate.Known{Answer: a, ETag: "1"}
		}
		keeper.known, keeper.cursor = stored, "0"
		n := start(t, service, keeper)
		time.Sleep(time.Second)
		for domain, known := range stored {
			closed := known.Answer
			closed.Open = false
			service.put(domain, closed)
		}
		service.announce("res_r", "reseller")
		time.Sleep(2500 * time.Millisecond)
		for i := range 200 {
			n.want(fmt.Sprintf("d%d.example", i*50), gate.Closed)
		}
		if service.counted().mostAtOnce > 16 {
			t.Errorf("got %d questions at once, want at most 16", service.counted().mostAtOnce)
		}
		// 50 a second in the background, 16 at the start, and those that a request waited for.
		if service.counted().questions > 200+16+50*10 {
			t.Errorf("got %d questions within seconds: the service is stampeded", service.counted().questions)
		}
		time.Sleep(domains / 50 * time.Second)
		if stats := n.Stats(); stats.Closed != domains || stats.Outdated != 0 {
			t.Errorf("got %d closed and %d outdated domains, want %d and 0", stats.Closed, stats.Outdated, domains)
		}
		n.stop()
	})
}

func TestRemovedWebsiteStaysClosedUntilItIsThereAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Closed)
		service.remove("a.example")
		service.announce("web_a", "website")
		time.Sleep(reaction)
		n.want("a.example", gate.Removed)
		time.Sleep(reaction)
		n.stop()
		n = start(t, service, keeper)
		n.want("a.example", gate.Removed)
		time.Sleep(time.Hour)
		n.want("a.example", gate.Removed)
		service.put("a.example", answer(true, "web_new", "sub_new", "cus_new"))
		service.announce("web_new", "website")
		time.Sleep(reaction)
		n.want("a.example", gate.Open)
		n.stop()
	})
}

func TestNewWebsiteVoidsTheAnswerThatThereIsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		n := start(t, service, keeper, func(o *gate.Options) { o.AbsentLife = time.Hour })
		n.want("new.example", gate.Unknown)
		n.want("new.example", gate.Unknown)
		if service.counted().questions != 1 {
			t.Errorf("got %d questions, want 1: the answer that there is no website holds a while", service.counted().questions)
		}
		service.put("new.example", answer(false, "web_n", "sub_n", "cus_n"))
		service.announce("web_n", "website")
		time.Sleep(reaction)
		n.want("new.example", gate.Closed)
		n.stop()
	})
}

func TestAnswerThatChangesByItselfIsAskedThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		at := time.Now().Add(time.Minute)
		a := answer(true, "web_a", "sub_a", "cus_a")
		a.ChangesAt = &at
		service.put("a.example", a)
		n := start(t, service, keeper)
		// The node's clock is an hour fast, as if it had been set.
		n.Clock.Set(time.Now().Add(-time.Hour), time.Now())
		n.want("a.example", gate.Open)
		time.Sleep(59 * time.Minute)
		if service.counted().questions != 1 {
			t.Fatalf("got %d questions before the service's time has come, want 1", service.counted().questions)
		}
		// The service is a second late: the node asks until the answer has changed.
		time.Sleep(2*time.Minute + time.Second)
		n.want("a.example", gate.Open)
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		time.Sleep(2 * time.Second)
		n.want("a.example", gate.Closed)
		n.stop()
	})
}

func TestStateThatCannotBeStoredTakesEffectAndIsAskedAgainAfterARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Open)
		time.Sleep(reaction)
		_, before := keeper.load()
		keeper.mu.Lock()
		keeper.failure = errors.New("the disk is full")
		keeper.mu.Unlock()
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		service.announce("cus_a", "customer")
		time.Sleep(reaction)
		n.want("a.example", gate.Closed)
		if n.Stats().SaveErrors == 0 {
			t.Error("the failed write is not counted")
		}
		keeper.mu.Lock()
		keeper.failure = nil
		keeper.mu.Unlock()
		if _, cursor := keeper.load(); cursor != before {
			t.Error("the cursor was stored although the state was not")
		}
		time.Sleep(2 * reaction)
		if known, cursor := keeper.load(); known["a.example"].Open || cursor == before {
			t.Error("the state and the cursor are not stored although the disk works again")
		}
		n.stop()
	})
}

func TestFloodOfUnknownNamesDelaysNoSuspension(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, keeper := newFakeService(), &fakeKeeper{}
		service.put("a.example", answer(true, "web_a", "sub_a", "cus_a"))
		n := start(t, service, keeper)
		n.want("a.example", gate.Open)
		time.Sleep(time.Second)
		var requests sync.WaitGroup
		for i := range 5000 {
			requests.Go(func() { n.Check(context.Background(), fmt.Sprintf("flood%d.example", i)) })
		}
		service.put("a.example", answer(false, "web_a", "sub_a", "cus_a"))
		service.announce("web_a", "website")
		time.Sleep(reaction)
		n.want("a.example", gate.Closed)
		requests.Wait()
		if service.counted().questions > 50*10 {
			t.Errorf("got %d questions: unknown names are not limited", service.counted().questions)
		}
		n.stop()
	})
}
