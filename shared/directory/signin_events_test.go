package directory_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/stream"
)

// matchingHasher accepts the passwords that plain hashes.
type matchingHasher struct{ plain }

func (matchingHasher) Matches(hash, password string) bool { return hash == "hash of "+password }

const signInPassword = "a password to sign in"

// signIn tries to sign in to an account from an address.
func (s *scene) signIn(id account.ID, password, address string) {
	s.Helper()
	s.must(s.store.SetPassword(s.t.Context(), id, "hash of "+signInPassword))
	signIn := access.SignIn{
		Store: s.store, Hasher: matchingHasher{}, Limits: access.AttemptLimits{Login: 100, Address: 100},
		Lifetime: time.Hour, NewID: s.ids.New, Random: rand.Reader, Now: s.tick,
	}
	meta := request.Metadata{Address: address, UserAgent: "curl/8"}
	_, err := signIn.Begin(s.t.Context(), meta, access.Credentials{Login: string(s.read(id).Login), Password: password})
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *scene) trail() directory.Trail {
	return directory.Trail{Store: s.store, Cursors: s.sealer(), Now: s.now}
}

// signIns returns the addresses of the sign-ins on a page.
func signIns(result page.Page[directory.Entry]) (addresses []string) {
	for _, entry := range result.Items {
		if entry.Event == event.SignedIn || entry.Event == event.SignInFailed {
			addresses = append(addresses, entry.Address)
		}
	}
	return addresses
}

// The account itself and those above it see its sign-ins. A reseller sees those of its own time.
func TestSignInsAreSeenByTheAccountAndThoseAbove(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	s.signIn(s.ada, signInPassword, "192.0.2.1")
	s.signIn(user, signInPassword, "192.0.2.2")
	s.moved(s.ada, s.south)
	s.signIn(s.ada, "a wrong password", "192.0.2.3")
	s.signIn(user, "a wrong password", "192.0.2.4")
	s.signIn(s.north, signInPassword, "192.0.2.5")

	read := map[string]func(caller access.Caller) (page.Page[directory.Entry], error){
		"ada": func(caller access.Caller) (page.Page[directory.Entry], error) {
			return s.trail().List(t.Context(), caller, string(s.ada), 100, "")
		},
		"user": func(caller access.Caller) (page.Page[directory.Entry], error) {
			return s.trail().PanelUser(t.Context(), caller, string(user), 100, "")
		},
		"north": func(caller access.Caller) (page.Page[directory.Entry], error) {
			return s.trail().List(t.Context(), caller, string(s.north), 100, "")
		},
		"own": func(caller access.Caller) (page.Page[directory.Entry], error) {
			return s.trail().Own(t.Context(), caller, 100, "")
		},
	}
	for _, test := range []struct {
		by    account.ID
		trail string
		want  []string
		code  fault.Code
	}{
		{s.admin, "ada", []string{"192.0.2.3", "192.0.2.1"}, ""},
		{s.south, "ada", []string{"192.0.2.3"}, ""},
		{s.north, "ada", nil, fault.NotFound},
		{s.ada, "ada", nil, fault.Forbidden},
		{s.admin, "user", []string{"192.0.2.4", "192.0.2.2"}, ""},
		{s.ada, "user", []string{"192.0.2.4", "192.0.2.2"}, ""},
		{s.south, "user", []string{"192.0.2.4"}, ""},
		{s.north, "user", nil, fault.NotFound},
		{s.direct, "user", nil, fault.NotFound},
		{user, "user", nil, fault.NotFound},
		{s.admin, "north", []string{"192.0.2.5"}, ""},
		{s.south, "north", nil, fault.NotFound},
		{s.ada, "own", []string{"192.0.2.3", "192.0.2.1"}, ""},
		{user, "own", []string{"192.0.2.4", "192.0.2.2"}, ""},
		{s.north, "own", []string{"192.0.2.5"}, ""},
		{s.south, "own", nil, ""},
		{s.admin, "own", nil, ""},
	} {
		result, err := read[test.trail](s.as(test.by))
		if fault.CodeOf(err) != test.code {
			t.Errorf("%s reads %s: got %v, want %q", test.by, test.trail, err, test.code)
		}
		got := signIns(result)
		if len(got) != len(test.want) ||
			len(got) > 0 && (got[0] != test.want[0] || got[len(got)-1] != test.want[len(test.want)-1]) {
			t.Errorf("%s reads the sign-ins of %s: got %v, want %v", test.by, test.trail, got, test.want)
		}
	}
	for _, id := range []string{"nonsense", string(s.ada), "usr_00000000000000000000000000"} {
		_, err := s.trail().PanelUser(t.Context(), s.as(s.admin), id, 0, "")
		s.refused(err, fault.NotFound)
	}
}

// Accounts read their own events about access only: never notes, reasons of holds, or who is above them.
func TestOwnEventsShowNothingOfTheOwner(t *testing.T) {
	s := newScene(t)
	s.describe(s.north, s.ada, "by the reseller", "")
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Reason: "unpaid"})
	s.must(err)
	_, err = s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Password: new("a brand new password")})
	s.must(err)
	result, err := s.trail().Own(t.Context(), s.as(s.ada), 100, "")
	s.must(err)
	if len(result.Items) != 1 || result.Items[0].Event != event.LoginChanged || result.Items[0].Actor != "" {
		t.Errorf("got %+v, want the change of the login information without its actor", result.Items)
	}
	for _, name := range []event.Name{event.DescriptionChanged, event.Suspended, event.Activated, event.ScheduleChanged} {
		if e := (event.Event{Name: name}); e.IsAboutAccess() {
			t.Errorf("%s counts as about access, but may contain notes or reasons", name)
		}
	}
	if e := (event.Event{Name: event.ContactChanged, Private: true}); e.IsAboutAccess() {
		t.Error("a private event counts as about access, want it left out")
	}
}

// The trail leaves out a sign-in after 90 days, even if DynamoDB has not deleted it yet. Later pages remain readable.
func TestSignInsExpire(t *testing.T) {
	s := newScene(t)
	s.signIn(s.ada, signInPassword, "192.0.2.1")
	s.signIn(s.ada, "a wrong password", "192.0.2.1")
	s.clock = s.lastEvent().ExpiresAt.Add(-time.Second)
	result, err := s.trail().List(t.Context(), s.as(s.north), string(s.ada), 100, "")
	s.must(err)
	if got := signIns(result); len(got) == 0 {
		t.Error("got no sign-in before 90 days, want it in the trail")
	}
	s.clock = s.clock.Add(time.Second)
	names, cursor := []event.Name{}, ""
	for range 10 {
		result, err := s.trail().List(t.Context(), s.as(s.north), string(s.ada), 1, cursor)
		s.must(err)
		for _, entry := range result.Items {
			names = append(names, entry.Event)
		}
		if cursor = result.NextCursor; cursor == "" {
			break
		}
	}
	if len(names) != 1 || names[0] != event.CustomerCreated {
		t.Errorf("after 90 days: got %v, want the creation only", names)
	}
}

// The sign-ins of a removed panel user are erased with it, also from its customer's view.
func TestSignInsAreErasedWithTheAccount(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	s.signIn(user, signInPassword, "192.0.2.77")
	if count := s.store.Mentions("192.0.2.77"); count != 1 {
		t.Fatalf("%d items mention the address of the sign-in, want 1", count)
	}
	s.must(s.users().Remove(t.Context(), s.as(s.ada), request.Metadata{}, string(user)))
	_, err := stream.EraseRemains{Store: s.store}.Handle(t.Context(), []event.Event{s.lastEvent()})
	s.must(err)
	if count := s.store.Mentions("192.0.2.77"); count != 0 {
		t.Errorf("%d items mention the address after the removal, want none", count)
	}
}
