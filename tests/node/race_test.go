package node_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// Customers are suspended and activated in random order while requests run. In the end, the node agrees with the gate.
func TestNodeAgreesWithTheGateAfterARace(t *testing.T) {
	t.Parallel()
	p := signIn(t)
	token, _, err := p.NodeToken(t.Context())
	must(t, err)
	const customers, changes, changers = 8, 200, 4
	domainsOf := map[string][]string{}
	var ids []string
	for i := range customers {
		id, err := p.AddCustomer(t.Context(), fmt.Sprintf("race%d", i))
		must(t, err)
		domains := []string{p.Domain(fmt.Sprintf("race%da", i)), p.Domain(fmt.Sprintf("race%db", i))}
		for _, domain := range domains {
			_, err := p.AddSubscription(t.Context(), id, domain)
			must(t, err)
		}
		ids, domainsOf[id] = append(ids, id), domains
	}
	a := newAgent(t, p.URL, token)

	ctx, cancel := context.WithCancel(t.Context())
	var visitors sync.WaitGroup
	for range 4 {
		visitors.Go(func() {
			for ctx.Err() == nil {
				domain := domainsOf[ids[rand.IntN(customers)]][rand.IntN(2)]
				_, err := a.check(domain) //nolint:contextcheck // the last requests may outlast the changes
				if err != nil && ctx.Err() == nil {
					t.Errorf("a request failed: %v", err)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	var work sync.WaitGroup
	for n := range changers {
		work.Go(func() {
			for range changes / changers {
				id := ids[n+changers*rand.IntN(customers/changers)] // each changer has customers of its own
				var err error
				if rand.IntN(2) == 0 {
					err = p.Suspend(ctx, id, "")
				} else {
					err = p.Activate(ctx, id)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	cancel()
	visitors.Wait()

	agree := func(domain string) error {
		isOpen, err := p.IsOpen(t.Context(), token, domain)
		if err != nil {
			return err
		}
		state, err := a.check(domain)
		if err == nil && (state == "open") != isOpen {
			err = fmt.Errorf("the gate says open = %v, the node says %s", isOpen, state)
		}
		return err
	}
	for _, domains := range domainsOf {
		for _, domain := range domains {
			eventually(t, "the node agrees about "+domain, func() error { return agree(domain) })
		}
	}
	time.Sleep(5 * time.Second) // and nothing changes afterwards
	for _, domains := range domainsOf {
		for _, domain := range domains {
			if err := agree(domain); err != nil {
				t.Errorf("%s: %v", domain, err)
			}
		}
	}
}
