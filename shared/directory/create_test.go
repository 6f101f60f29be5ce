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

// The answer to a creation says what the next reading does.
func TestCreatedForASuspendedReseller(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.north, account.HoldInput{})
	s.must(err)
	for i, owner := range []account.ID{s.north, s.south, ""} {
		for j, meta := range []request.Metadata{{}, keyed(fmt.Sprint("key", i))} {
			wanted := s.newAccount(fmt.Sprintf("customer-%d-%d", i, j))
			wanted.Owner = owner
			made, err := s.creator().Customer(t.Context(), s.as(s.admin), meta, wanted)
			s.must(err)
			read, err := s.get().Customer(t.Context(), s.as(s.admin), string(made.ID))
			s.must(err)
			if want := owner == s.north; made.OwnerSuspended != want || read.OwnerSuspended != want {
				t.Errorf("a customer of %q is created with ownerSuspended %v, and read with %v", owner, made.OwnerSuspended, read.OwnerSuspended)
			}
		}
	}
}

// A new password is not what an attacker knows of the account already.
func TestPasswordsThatTheAccountTells(t *testing.T) {
	s := newScene(t)
	for password, refused := range map[string]bool{
		"rosalind-franklin!1": true, "ROSALIND-FRANKLIN77": true, // the login
		"rosalind elsie franklin": true, "?Rosalind Elsie Franklin": true, // the name
		"r.e.franklin@example.com": true, "R.E.Franklin@Example.com1": true, // the address
		"rosalind knows of the helix": false,
	} {
		wanted := directory.NewAccount{
			Login: "Rosalind-Franklin", Password: &password,
			Contact: account.Contact{Name: "Rosalind Elsie Franklin", Email: "r.e.franklin@example.com"},
		}
		if !refused {
			wanted.Login = "another"
		}
		for _, create := range []func() error{
			func() error {
				_, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{}, wanted)
				return err
			},
			func() error {
				user := directory.NewPanelUser{Login: strings.ReplaceAll(wanted.Login, "another", "third"), Password: &password, Name: wanted.Contact.Name, Email: wanted.Contact.Email}
				_, err := s.users().Add(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), user)
				return err
			},
		} {
			switch err := create(); {
			case !refused:
				s.must(err)
			case !fault.Is(err, fault.InvalidRequest) || !strings.Contains(err.Error(), "/password"):
				t.Errorf("%q: %v", password, err)
			}
		}
	}
}

// The trail begins with what the account was created as, and never with a secret.
func TestTheTrailBegins(t *testing.T) {
	s := newScene(t)
	wanted := s.newAccount("Bob")
	made, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{ID: "of bob"}, wanted)
	s.must(err)
	told := s.lastEvent()
	if told.Name != event.CustomerCreated || told.Account != made.ID || told.Owner != s.north || told.Actor != s.north || told.RequestID != "of bob" ||
		told.Version != 1 || !told.At.Equal(made.CreatedAt) || told.Private || told.Mail != "" {
		t.Errorf("the event is %+v", told)
	}
	if len(told.Changes) != 2 || told.Changes[0] != (account.FieldChange{Field: "login", New: "bob"}) || told.Changes[1].Field != "contact" {
		t.Fatalf("it was created as %+v", told.Changes)
	}
	contact, _ := told.Changes[1].New.(map[string]any)
	if contact["name"] != "Ms Bob" || contact["email"] != "Bob@example.com" || told.Changes[1].Old != nil {
		t.Errorf("its contact is %+v", told.Changes[1])
	}
	if text := fmt.Sprint(told); strings.Contains(text, *wanted.Password) || strings.Contains(text, "hash of") {
		t.Errorf("the event tells the password: %s", text)
	}
	wanted = s.newAccount("zoe")
	wanted.Password = nil
	_, err = s.creator().Reseller(t.Context(), s.as(s.admin), request.Metadata{}, wanted)
	s.must(err)
	if told := s.lastEvent(); told.Name != event.ResellerCreated || told.Mail != event.WelcomeMail || told.Changes[0].New != "zoe" {
		t.Errorf("the event is %+v", told)
	}
}
