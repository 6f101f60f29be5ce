package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"tenantry/shared/password"
)

// action is what a figure measures.
type action struct {
	name   string
	before string // ms of an earlier version
	goal   goal
	rounds int

	run     func(ctx context.Context, s *stack) error
	prepare func(ctx context.Context, s *stack) error // not measured, before each run; may be nil
	begin   func(ctx context.Context, s *stack) error // not measured, before all runs; may be nil
}

// goal is the greatest duration that the median should have. The zero goal is none.
type goal struct {
	ms         float64
	besideHash bool // the duration of a password's hash is added
}

// hashName is the name of the action that only computes a password's hash.
const hashName = "a password's hash"

// actions returns all actions. Health is the first. Changes have fewer rounds, because they pause.
func actions(rounds int) []action {
	half, few, fewest := max(3, rounds/2), max(3, rounds/5), max(3, rounds/10)
	page := ""
	target := "" // the customer that is moved
	var many []string
	list := func(token func(*stack) string, query string) func(context.Context, *stack) error {
		return func(ctx context.Context, s *stack) error { return s.list(ctx, token(s), query) }
	}
	admin, reseller := func(s *stack) string { return s.admin }, func(s *stack) string { return s.reseller }
	return []action{
		{name: "health", before: "10.5", rounds: rounds, run: checkHealth},
		{name: "get a customer", before: "13", goal: goal{ms: 4}, rounds: rounds, run: getCustomer},
		{name: "own list of a reseller, 25 by name", goal: goal{ms: 6}, rounds: rounds, run: list(reseller, "")},
		{name: "list of all, 25 by name", before: "38 / 35 / 36", goal: goal{ms: 8}, rounds: rounds, run: list(admin, "")},
		{
			name: "list of all, the page at 90 % of the depth", before: "33 / 32 / 35", goal: goal{ms: 8}, rounds: rounds,
			begin: func(ctx context.Context, s *stack) (err error) {
				page, err = s.deepPage(ctx)
				return err
			},
			run: func(ctx context.Context, s *stack) error { return s.list(ctx, s.admin, page) },
		},
		{
			name: "suspend a customer", before: "18", goal: goal{ms: 8}, rounds: half,
			prepare: before(changeStatus("activate")), run: changeStatus("suspend"),
		},
		{
			name: "activate a customer", rounds: half,
			prepare: before(changeStatus("suspend")), run: changeStatus("activate"),
		},
		{name: "add a subscription", before: "23", goal: goal{ms: 10}, rounds: few, run: addSubscription, prepare: pause},
		{name: hashName, rounds: few, run: hash},
		{name: "sign in", goal: goal{ms: 10, besideHash: true}, rounds: few, run: signIn, prepare: pause},
		{
			name:    "create a customer with a password",
			goal:    goal{ms: 10, besideHash: true},
			rounds:  few,
			run:     createWithPassword,
			prepare: pause,
		},
		{
			name: "move a customer", before: "330", rounds: fewest,
			prepare: before(func(ctx context.Context, s *stack) (err error) {
				target, err = s.createCustomer(ctx, false)
				return err
			}),
			run: func(ctx context.Context, s *stack) error { return s.move(ctx, target) },
		},
		{
			name: "suspend 500 customers in bulk", before: "3100", goal: goal{ms: 1500}, rounds: max(3, rounds/20),
			begin: func(ctx context.Context, s *stack) (err error) {
				many, err = s.firstCustomers(ctx, 500)
				return err
			},
			prepare: before(func(ctx context.Context, s *stack) error { return s.changeStatuses(ctx, "activate", many) }),
			run:     func(ctx context.Context, s *stack) error { return s.changeStatuses(ctx, "suspend", many) },
		},
	}
}

func checkHealth(ctx context.Context, s *stack) error {
	_, err := s.call(ctx, "", http.MethodGet, "/v1/health", nil)
	return err
}

func getCustomer(ctx context.Context, s *stack) error {
	_, err := s.call(ctx, s.reseller, http.MethodGet, "/v1/customers/"+s.next(), nil)
	return err
}

// next returns a customer that is no copy, by turns.
func (s *stack) next() string {
	s.serial++
	return s.templates[s.serial%len(s.templates)]
}

// list reads a page of customers by name, which must be full.
func (s *stack) list(ctx context.Context, token, more string) error {
	answer, err := s.call(ctx, token, http.MethodGet, "/v1/customers?sort=name&limit=25"+more, nil)
	if err != nil {
		return err
	}
	if items, isList := answer["items"].([]any); !isList || len(items) != 25 {
		return fmt.Errorf("a page of %d customers, want 25", len(items))
	}
	return nil
}

// deepPage reads the list of all customers up to 90 % of its length, and returns the query of the page there.
func (s *stack) deepPage(ctx context.Context) (query string, err error) {
	const pageSize = 100
	for read := 0; read < s.customers*9/10; read += pageSize {
		path := fmt.Sprintf("/v1/customers?sort=name&limit=%d%s", pageSize, query)
		answer, err := s.call(ctx, s.admin, http.MethodGet, path, nil)
		if err != nil {
			return "", err
		}
		cursor, isText := answer["nextCursor"].(string)
		if !isText {
			return "", errors.New("the list of all customers is shorter than expected")
		}
		query = "&cursor=" + url.QueryEscape(cursor)
	}
	return query, nil
}

// changeStatus returns an action that suspends or activates a customer: the first one, so that it can prepare another.
func changeStatus(verb string) func(context.Context, *stack) error {
	return func(ctx context.Context, s *stack) error {
		_, err := s.call(ctx, s.reseller, http.MethodPost, "/v1/customers/"+s.templates[0]+"/"+verb, nil)
		return err
	}
}

func addSubscription(ctx context.Context, s *stack) error {
	s.serial++
	path := "/v1/customers/" + s.next() + "/subscriptions"
	domain := fmt.Sprintf("site%d-%s.example", s.serial, s.run)
	_, err := s.call(ctx, s.reseller, http.MethodPost, path, object{"domain": domain, "servicePlan": "custom"})
	return err
}

func hash(context.Context, *stack) error {
	_, err := password.Hasher{Random: rand.Reader}.Hash(benchPassword)
	return err
}

func signIn(ctx context.Context, s *stack) error {
	_, err := s.signIn(ctx, s.login, benchPassword)
	return err
}

// pauseTime is longer than what follows a change usually takes: the consumers of the table's stream. It also keeps the
// rate of sign-ins below PublicRouteRate, 20 a second.
const pauseTime = 400 * time.Millisecond

func pause(context.Context, *stack) error {
	time.Sleep(pauseTime)
	return nil
}

// before returns a preparation that makes a change, and waits for what follows it.
func before(change func(context.Context, *stack) error) func(context.Context, *stack) error {
	return func(ctx context.Context, s *stack) error {
		if err := change(ctx, s); err != nil {
			return err
		}
		return pause(ctx, s)
	}
}

func createWithPassword(ctx context.Context, s *stack) error {
	_, err := s.createCustomer(ctx, true)
	return err
}

// move moves a customer to the administrator, and waits until it has been moved.
func (s *stack) move(ctx context.Context, customer string) error {
	return s.operate(ctx, s.admin, "/v1/customers/"+customer+"/move",
		object{"owner": "administrator", "servicePlan": "custom"})
}

// changeStatuses suspends or activates several customers, and waits until it is done.
func (s *stack) changeStatuses(ctx context.Context, verb string, customers []string) error {
	items := make([]object, len(customers))
	for i, id := range customers {
		items[i] = object{"customer": id}
	}
	return s.operate(ctx, s.reseller, "/v1/customers/"+verb, object{"items": items})
}

// operate starts an operation and waits for its end.
func (s *stack) operate(ctx context.Context, token, path string, body object) error {
	operation, err := s.call(ctx, token, http.MethodPost, path, body)
	for err == nil {
		switch operation["state"] {
		case "succeeded":
			return nil
		case "pending", "running":
			time.Sleep(10 * time.Millisecond)
		default:
			return fmt.Errorf("%s ended: %v", path, operation)
		}
		operation, err = s.call(ctx, token, http.MethodGet, fmt.Sprintf("/v1/operations/%s", operation["id"]), nil)
	}
	return err
}

// firstCustomers returns the ids of the reseller's first customers by name.
func (s *stack) firstCustomers(ctx context.Context, count int) (ids []string, err error) {
	query := ""
	for len(ids) < count {
		page, err := s.call(ctx, s.reseller, http.MethodGet, "/v1/customers?sort=name&limit=100"+query, nil)
		if err != nil {
			return nil, err
		}
		for _, item := range page["items"].([]any) {
			ids = append(ids, item.(object)["id"].(string))
		}
		cursor, isText := page["nextCursor"].(string)
		if !isText {
			break
		}
		query = "&cursor=" + url.QueryEscape(cursor)
	}
	return ids[:min(count, len(ids))], nil
}
