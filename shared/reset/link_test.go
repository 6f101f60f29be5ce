package reset_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

func TestShow(t *testing.T) {
	s := newScene(t)
	shown, err := s.manager().Show(t.Context(), s.admin, request.Metadata{}, string(adaID))
	s.must(err)
	if !strings.HasPrefix(shown.URL, "https://example.com/reset-password?lang=de#tny_") {
		t.Errorf("got the link %s, want the language in the query", shown.URL)
	}
	if token, ok := access.ParseToken(tokenOf(shown.URL)); !ok || token.Text() != tokenOf(shown.URL) {
		t.Errorf("got the fragment %s, want the token and nothing else", tokenOf(shown.URL))
	}
	if lifetime := shown.ExpiresAt.Sub(s.clock).Round(time.Second); lifetime != 30*time.Minute {
		t.Errorf("got the lifetime %v, want 30 minutes", lifetime)
	}
	events := s.store.Events()
	last := fmt.Sprintf("%+v", events[len(events)-1])
	secret := tokenOf(shown.URL)
	if strings.Contains(last, secret[len(secret)-43:]) || !strings.Contains(last, string(event.ResetLinkShown)) {
		t.Errorf("got the event %s, want %s without the secret", last, event.ResetLinkShown)
	}
	_, err = s.manager().Show(t.Context(), s.admin, keyed("k"), string(adaID))
	s.must(err)
	again, err := s.manager().Show(t.Context(), s.admin, keyed("k"), string(adaID))
	s.refused(err, fault.SecretShownOnce)
	if again.URL != "" {
		t.Errorf("got the link %s from the replay, want none", again.URL)
	}
	reseller := access.Caller{Account: account.Account{ID: "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Reseller}}
	for _, id := range []string{string(adaID), "nonsense", "cus_00000000000000000000000000"} {
		_, err = s.manager().Show(t.Context(), reseller, request.Metadata{}, id)
		s.refused(err, fault.NotFound)
	}
	_, err = s.manager().Send(t.Context(), access.Caller{Account: s.ada()}, request.Metadata{}, string(adaID))
	s.refused(err, fault.Forbidden)
}

func TestSend(t *testing.T) {
	s := newScene(t)
	for range 2 {
		ordered, err := s.manager().Send(t.Context(), s.admin, keyed("k"), string(adaID))
		s.must(err)
		if ordered.To != "ada@example.com" {
			t.Errorf("got the recipient %q, want ada@example.com", ordered.To)
		}
	}
	if events := s.store.Events(); len(events) != 2 || events[1].Mail != event.ResetMail ||
		events[1].Name != event.ResetLinkRequested {
		t.Errorf("got the events %+v, want one %s with a %s", events[1:], event.ResetLinkRequested, event.ResetMail)
	}
}

// If-Match is compared with the newest version, also if another link or change is written at the same time.
func TestLinksCheckIfMatch(t *testing.T) {
	s := newScene(t)
	version := func(v int64) request.Metadata { return request.Metadata{IfMatch: &v} }
	for _, v := range []int64{0, 2} {
		_, err := s.manager().Show(t.Context(), s.admin, version(v), string(adaID))
		s.refused(err, fault.VersionMismatch)
		_, err = s.manager().Send(t.Context(), s.admin, version(v), string(adaID))
		s.refused(err, fault.VersionMismatch)
	}
	if events := s.store.Events(); len(events) != 1 {
		t.Errorf("got the events %+v, want none", events[1:])
	}
	_, err := s.manager().Show(t.Context(), s.admin, version(1), string(adaID))
	s.must(err)
	_, err = s.manager().Send(t.Context(), s.admin, version(1), string(adaID))
	s.must(err)
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error {
		s.show()
		s.alter(func(a *account.Account) { a.Contact.City = "Cork" })
		return nil
	})
	_, err = s.manager().Show(t.Context(), s.admin, version(1), string(adaID))
	s.refused(err, fault.VersionMismatch)
}

// A replay returns the first answer only while the caller may see the account.
func TestLinkReplayChecksOwner(t *testing.T) {
	s := newScene(t)
	reseller := access.Caller{Account: account.Account{ID: "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Reseller}}
	s.alter(func(a *account.Account) { a.Owner = reseller.Account.ID })
	_, err := s.manager().Show(t.Context(), reseller, keyed("show"), string(adaID))
	s.must(err)
	_, err = s.manager().Send(t.Context(), reseller, keyed("send"), string(adaID))
	s.must(err)
	s.alter(func(a *account.Account) { a.Owner = account.AdministratorOwner })
	_, err = s.manager().Show(t.Context(), reseller, keyed("show"), string(adaID))
	s.refused(err, fault.NotFound)
	ordered, err := s.manager().Send(t.Context(), reseller, keyed("send"), string(adaID))
	s.refused(err, fault.NotFound)
	if ordered.To != "" {
		t.Errorf("got the recipient %s from the replay, want none", ordered.To)
	}
}

// A stack without mail rejects the request. Callers that may not send links get the same errors as with mail.
func TestSendWithoutMail(t *testing.T) {
	s := newScene(t)
	ordered, err := s.manager().Send(t.Context(), s.admin, keyed("before"), string(adaID))
	s.must(err)
	events := len(s.store.Events())
	mailless := s.manager()
	mailless.SendsMail = false
	got, err := mailless.Send(t.Context(), s.admin, keyed("k"), string(adaID))
	s.refused(err, fault.Conflict)
	if got.To != "" || len(s.store.Events()) != events {
		t.Errorf("got %+v and %d events, want no recipient and no event", got, len(s.store.Events())-events)
	}
	_, err = mailless.Send(t.Context(), access.Caller{Account: s.ada()}, request.Metadata{}, string(adaID))
	s.refused(err, fault.Forbidden)
	_, err = mailless.Send(t.Context(), s.admin, request.Metadata{}, "cus_00000000000000000000000000")
	s.refused(err, fault.NotFound)
	again, err := mailless.Send(t.Context(), s.admin, keyed("before"), string(adaID))
	s.must(err)
	if again != ordered {
		t.Errorf("got %+v from the replay, want %+v", again, ordered)
	}
	_, err = mailless.Show(t.Context(), s.admin, request.Metadata{}, string(adaID))
	s.must(err)
}

// TestLinksModel compares the links of an account to a queue of three.
func TestLinksModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
		type created struct {
			token   access.Token
			purpose string
			expires time.Time
		}
		var queue []created
		var customer account.Account
		var links reset.Links
		r.Repeat(map[string]func(*rapid.T){
			"make": func(r *rapid.T) {
				purpose := fmt.Sprint("evt_", rapid.IntRange(1, 6).Draw(r, "purpose"))
				lifetime := time.Duration(rapid.IntRange(1, 60).Draw(r, "minutes")) * time.Minute
				token, after, err := links.Mint(rand.Reader, &customer, purpose, lifetime, now)
				if err != nil || after.Version != links.Version+1 {
					r.Fatalf("got %+v, %v, want version %d", after, err, links.Version+1)
				}
				links = after
				var kept []created
				for _, m := range queue {
					if m.purpose != purpose {
						kept = append(kept, m)
					}
				}
				queue = append(kept[max(0, len(kept)-2):], created{token, purpose, now.Add(lifetime)})
			},
			"pass": func(r *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(r, "minutes")) * time.Minute) },
			"end":  func(*rapid.T) { customer.LinkEpoch, queue = customer.LinkEpoch+1, nil },
			"": func(r *rapid.T) {
				var live []created
				for _, m := range queue {
					if now.Before(m.expires) {
						live = append(live, m)
					}
				}
				queue = live
				if got := links.Live(&customer, now); len(got) != len(live) || len(got) > reset.MaxLive {
					r.Fatalf("got the live links %+v, want %+v", got, live)
				}
				for _, m := range live {
					if _, found := links.Find(&customer, m.token, now); !found {
						r.Fatalf("the link for %s is not found, want it live", m.purpose)
					}
				}
			},
		})
	})
}

// Links that a former owner created are invalid, also those created while the account moved to another owner.
func TestMoveInvalidatesLinksOfFormerOwner(t *testing.T) {
	s := newScene(t)
	reseller := access.Caller{Account: account.Account{ID: "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Reseller}}
	move := func(owner account.ID) { s.alter(func(a *account.Account) { a.ChangeOwner(owner, "") }) }
	move(reseller.Account.ID)
	var links []string
	show := func() {
		t.Helper()
		shown, err := s.manager().Show(t.Context(), reseller, request.Metadata{}, string(adaID))
		s.must(err)
		links = append(links, tokenOf(shown.URL))
	}
	show()
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error {
		move(account.AdministratorOwner)
		return nil
	})
	show()
	for _, link := range links {
		s.refused(s.use(request.Metadata{}, link, "another password"), fault.LinkExpired)
	}
	s.must(s.use(request.Metadata{}, s.show(), "another password"))
}
