package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// The answer to a creation and the next read agree about whether the owner is suspended.
func TestCreationReturnsOwnerSuspended(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.north, account.HoldInput{})
	s.must(err)
	for i, owner := range []account.ID{s.north, s.south, ""} {
		for j, meta := range []request.Metadata{{}, keyed(fmt.Sprint("key", i))} {
			input := s.newAccount(fmt.Sprintf("customer-%d-%d", i, j))
			input.Owner = owner
			created, err := s.creator().Customer(t.Context(), s.as(s.admin), meta, input)
			s.must(err)
			read, err := s.get().Customer(t.Context(), s.as(s.admin), string(created.ID))
			s.must(err)
			if want := owner == s.north; created.OwnerSuspended != want || read.OwnerSuspended != want {
				t.Errorf(
					"customer of %q: ownerSuspended = %v at creation and %v at read, want %v",
					owner,
					created.OwnerSuspended,
					read.OwnerSuspended,
					want,
				)
			}
		}
	}
}

// The first answer has personal data. It is not for a caller who no longer sees the account.
func TestCreationIsReplayedOnlyInTheView(t *testing.T) {
	s := newScene(t)
	for name, leave := range map[string]func(id account.ID){
		"a move":    func(id account.ID) { s.alter(id, func(a *account.Account) { a.Owner = s.south }) },
		"a removal": func(id account.ID) { s.must(s.store.Drop(t.Context(), id)) },
	} {
		input, meta := s.newAccount("customer-"+name[2:]), keyed(name)
		create := func() (directory.Customer, error) {
			return s.creator().Customer(t.Context(), s.as(s.north), meta, input)
		}
		created, err := create()
		s.must(err)
		again, err := create()
		if err != nil || again.ID != created.ID {
			t.Errorf("repeated before %s: got %s, %v; want the first answer", name, again.ID, err)
		}
		leave(created.ID)
		again, err = create()
		if !fault.Is(err, fault.NotFound) || again.ID != "" {
			t.Errorf("repeated after %s: got %+v, %v; want not-found", name, again, err)
		}
	}
}

// A password must not be the account's login, name or address.
func TestPasswordRejectsAccountData(t *testing.T) {
	s := newScene(t)
	for password, isRejected := range map[string]bool{
		"rosalind-franklin!1": true, "ROSALIND-FRANKLIN77": true, // the login
		"rosalind elsie franklin": true, "?Rosalind Elsie Franklin": true, // the name
		"r.e.franklin@example.com": true, "R.E.Franklin@Example.com1": true, // the address
		"rosalind knows of the helix": false,
	} {
		input := directory.NewAccount{
			Login: "Rosalind-Franklin", Password: &password,
			Contact: account.Contact{Name: "Rosalind Elsie Franklin", Email: "r.e.franklin@example.com"},
		}
		if !isRejected {
			input.Login = "another"
		}
		for _, create := range []func() error{
			func() error {
				_, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{}, input)
				return err
			},
			func() error {
				user := directory.NewPanelUser{Login: strings.ReplaceAll(input.Login, "another", "third"), Password: &password, Name: input.Contact.Name, Email: input.Contact.Email}
				_, err := s.users().Add(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), user)
				return err
			},
		} {
			switch err := create(); {
			case !isRejected:
				s.must(err)
			case !fault.Is(err, fault.InvalidRequest) || !strings.Contains(err.Error(), "/password"):
				t.Errorf("password %q: error = %v, want %s for /password", password, err, fault.InvalidRequest)
			}
		}
	}
}

// The first event in an audit trail has the new account's login and contact, and no secret.
func TestTrailBeginsWithCreation(t *testing.T) {
	s := newScene(t)
	input := s.newAccount("Bob")
	created, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{ID: "creating bob"}, input)
	s.must(err)
	creation := s.lastEvent()
	if creation.Name != event.CustomerCreated || creation.Account != created.ID || creation.Owner != s.north ||
		creation.Actor != s.north ||
		creation.RequestID != "creating bob" ||
		creation.Version != 1 ||
		!creation.At.Equal(created.CreatedAt) ||
		creation.Private ||
		creation.Mail != "" {
		t.Errorf("got the event %+v, want %s of bob without a mail", creation, event.CustomerCreated)
	}
	if len(creation.Changes) != 2 || creation.Changes[0] != (account.FieldChange{Field: "login", New: "bob"}) ||
		creation.Changes[1].Field != "contact" {
		t.Fatalf("changes = %+v, want login and contact", creation.Changes)
	}
	contact, _ := creation.Changes[1].New.(map[string]any)
	if contact["name"] != "Ms Bob" || contact["email"] != "Bob@example.com" || creation.Changes[1].Old != nil {
		t.Errorf("got the change %+v, want the contact of bob as new", creation.Changes[1])
	}
	if text := fmt.Sprint(creation); strings.Contains(text, *input.Password) || strings.Contains(text, "hash of") {
		t.Errorf("the event contains the password: %s", text)
	}
	input = s.newAccount("zoe")
	input.Password = nil
	_, err = s.creator().Reseller(t.Context(), s.as(s.admin), request.Metadata{}, input)
	s.must(err)
	if creation := s.lastEvent(); creation.Name != event.ResellerCreated || creation.Mail != event.WelcomeMail ||
		creation.Changes[0].New != "zoe" {
		t.Errorf("got the event %+v, want %s of zoe with a %s", creation, event.ResellerCreated, event.WelcomeMail)
	}
}
