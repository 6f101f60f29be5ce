package dynamotest_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

const admin account.ID = "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

func now() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

func found(t *testing.T, s *dynamotest.Store) error {
	t.Helper()
	a := account.Account{
		ID:        admin,
		Kind:      account.Administrator,
		Login:     "boss",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Version:   1,
	}
	return s.CreateFirstAdministrator(t.Context(), access.FirstAdministratorCreation{
		Account:   a,
		Event:     event.Event{ID: "evt_founded", Name: event.AdministratorCreated, Account: admin},
		CursorKey: []byte("key"),
	})
}

// founded returns a store with an administrator.
func founded(t *testing.T) *dynamotest.Store {
	t.Helper()
	s := dynamotest.New(now)
	if err := found(t, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func version(t *testing.T, s *dynamotest.Store) int64 {
	t.Helper()
	a, err := s.ReadAccount(t.Context(), admin)
	if err != nil || a == nil {
		t.Fatalf("account %v, %v", a, err)
	}
	return a.Version
}

// raise makes another version of the account.
func raise(t *testing.T, s *dynamotest.Store) error {
	t.Helper()
	return s.Alter(t.Context(), admin, func(*account.Account) {})
}

func TestFailedCallsHaveNoEffect(t *testing.T) {
	s := dynamotest.New(now)
	s.Fail(dynamotest.Writes(dynamotest.Account), dynamotest.ErrOutage)
	if err := found(
		t,
		s,
	); !errors.Is(err, dynamotest.ErrOutage) || !fault.Is(err, fault.Unavailable) ||
		len(s.Events()) != 0 {
		t.Errorf("error %v with events %v, want an outage without events", err, s.Events())
	}
	s.Mend()
	if err := found(t, s); err != nil || len(s.Events()) != 1 {
		t.Errorf("after the outage: error %v, events %v", err, s.Events())
	}
}

func TestConflictsAreRetried(t *testing.T) {
	s := dynamotest.New(now)
	s.Fail(dynamotest.Nth(1, dynamotest.Commits), dynamotest.ErrConflict)
	if err := found(t, s); err != nil || len(s.Events()) != 1 {
		t.Errorf("error %v, events %v", err, s.Events())
	}
}

func TestCallsWhoseAnswerIsLostHaveAnEffect(t *testing.T) {
	s := dynamotest.New(now)
	s.LoseAnswer(dynamotest.Commits)
	if err := found(t, s); !errors.Is(err, dynamotest.ErrOutage) || len(s.Events()) != 1 {
		t.Errorf("error %v with events %v, want an outage with one event", err, s.Events())
	}
	s = dynamotest.New(now)
	lost := dynamotest.Nth(1, dynamotest.Commits)
	s.After(func(call dynamotest.Call) error {
		if lost(call) {
			return dynamotest.ErrOutage
		}
		return nil
	})
	if err := found(t, s); err != nil { // the store looks for what it has written
		t.Errorf("only the answer is lost: %v", err)
	}
}

func TestAnotherRequestComesInBetween(t *testing.T) {
	s := founded(t)
	reads := dynamotest.Reads(dynamotest.Account)
	s.BetweenEach(reads, 2, func() error { return raise(t, s) })
	for _, want := range []int64{2, 3, 3} {
		if got := version(t, s); got != want {
			t.Errorf("version %d, want %d", got, want)
		}
	}
	if s.Planned() {
		t.Error("more is to come in between")
	}
	broken := errors.New("broken")
	s.Between(reads, func() error { return broken })
	if _, err := s.ReadAccount(t.Context(), admin); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the function", err)
	}
}

func TestCallsAreSelectedByWhatTheyDo(t *testing.T) {
	s := dynamotest.New(now)
	var calls []dynamotest.Call
	s.Before(func(call dynamotest.Call) error {
		calls = append(calls, call)
		return nil
	})
	if err := found(t, s); err != nil {
		t.Fatal(err)
	}
	version(t, s)
	write, read := calls[0], calls[1]
	for name, c := range map[string]struct{ got, want bool }{
		"the write commits":            {dynamotest.Commits(write), true},
		"the write writes both":        {dynamotest.Writes(dynamotest.Account, dynamotest.Login)(write), true},
		"the write writes no plan":     {dynamotest.Writes(dynamotest.Account, dynamotest.Plan)(write), false},
		"the write reads nothing":      {dynamotest.Reads(dynamotest.Account)(write), false},
		"the read reads":               {dynamotest.Reads(dynamotest.Account)(read), true},
		"the read commits nothing":     {dynamotest.Commits(read), false},
		"the read deletes nothing":     {dynamotest.Deletes(dynamotest.Account)(read), false},
		"the read is no query":         {dynamotest.Queries("accounts-by-owner-name")(read), false},
		"any call is selected":         {dynamotest.Any(read), true},
		"the write names five or more": {write.Items() >= 5, true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v; the calls are %v", name, c.got, calls)
		}
	}
	first, second := dynamotest.Nth(1, dynamotest.Any), dynamotest.From(2, dynamotest.Any)
	for n := 1; n <= 3; n++ {
		if a, b := first(read), second(read); a != (n == 1) || b != (n >= 2) {
			t.Errorf("call %d: selected as the first %v, from the second on %v", n, a, b)
		}
	}
}

func TestClonesAndViews(t *testing.T) {
	s := founded(t)
	clone := s.Clone(now)
	if err := raise(t, s); err != nil {
		t.Fatal(err)
	}
	if got, cloned := version(t, s), version(t, clone); got != 2 || cloned != 1 {
		t.Errorf("versions %d and, of the clone, %d, want 2 and 1", got, cloned)
	}
	calls := 0
	view := s.View(func(_ dynamotest.Call, send func() error) error {
		calls++
		return send()
	})
	s.Fail(dynamotest.Any, dynamotest.ErrOutage)
	if got := version(t, view); got != 2 || calls != 1 {
		t.Errorf("the view reads version %d in %d calls, want 2 in 1", got, calls)
	}
}

func TestListsLagBehind(t *testing.T) {
	clock := now()
	s := dynamotest.New(func() time.Time { return clock })
	oldest := s.Lagging(time.Minute, func(int) int { return 0 })
	create := func(login string) {
		t.Helper()
		a := account.Account{
			ID: account.ID(
				"cus_01JDB6X0C7V8Y9Z0A1B2C3D4" + login,
			),
			Kind:      account.Customer,
			Login:     account.Login(login),
			Owner:     account.AdministratorOwner,
			Contact:   account.Contact{Name: login},
			Lifecycle: account.Ready,
			CreatedAt: clock,
			Version:   1,
		}
		err := s.Create(
			t.Context(),
			directory.AccountCreation{Account: a, Event: event.Event{ID: "evt_" + login, Account: a.ID}},
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	listed := func(s *dynamotest.Store) int {
		t.Helper()
		rows, err := s.List(t.Context(), directory.Selection{
			Kind: account.Customer, Owner: account.AdministratorOwner, Sort: directory.ByName, Limit: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(rows.Accounts)
	}
	create("E5")
	create("E6")
	if late, prompt := listed(oldest), listed(s); late != 0 || prompt != 2 {
		t.Errorf("listed %d late and %d promptly, want 0 and 2", late, prompt)
	}
	clock = clock.Add(time.Minute + time.Second)
	if late := listed(oldest); late != 2 {
		t.Errorf("listed %d after the longest time, want 2", late)
	}
}

func TestDumpDescribesWhatIsStored(t *testing.T) {
	want := []string{
		"account " + string(admin) + ": administrator boss of administrator, ready, 0 holds, 0 subscriptions",
		"event administrator.created of " + string(admin) + " about , 1 times",
		"login boss of " + string(admin),
	}
	got := founded(t).Dump()
	if len(got) != len(want) {
		t.Fatalf("dump %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %q, want %q", got[i], want[i])
		}
	}
}
