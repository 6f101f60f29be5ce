package outbox_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/outbox"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// mailerStub records the letters that it accepts.
type mailerStub struct {
	sent   []outbox.Envelope
	fail   error
	failTo map[string]error // the errors by address
}

func (p *mailerStub) Send(_ context.Context, envelope outbox.Envelope) (string, error) {
	if err := p.failTo[envelope.To]; p.fail != nil || err != nil {
		return "", errors.Join(p.fail, err)
	}
	p.sent = append(p.sent, envelope)
	return "message", nil
}

// scene is an administrator with one customer.
type scene struct {
	*testing.T

	store    *dynamotest.Store
	mailer   *mailerStub
	clock    time.Time
	ids      idgen.Generator
	customer account.Account
	admin    access.Caller
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, mailer: &mailerStub{}, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.ids = idgen.Generator{Now: s.now, Random: rand.Reader}
	s.store = dynamotest.New(s.now)
	s.admin.Account = account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}
	s.customer = account.Account{
		ID:        "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Kind:      account.Customer,
		Login:     "ada",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Contact:   account.Contact{Name: "Ada", Email: "ada@example.com", Locale: "en"},
		Version:   1,
	}
	founding := access.FirstAdministratorCreation{
		Account:   s.customer,
		CursorKey: []byte("key"),
		Event:     event.Event{ID: "evt_0", Account: s.customer.ID},
	}
	if err := s.store.CreateFirstAdministrator(t.Context(), founding); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) now() time.Time { return s.clock }

func (s *scene) sender() outbox.Sender {
	return outbox.Sender{
		Store:     s.store,
		Mailer:    s.mailer,
		Troubles:  s.troubles(),
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		Limits:    maillimit.DefaultLimits,
		PublicURL: "https://example.com",
		Now:       s.now,
	}
}

func (s *scene) troubles() outbox.Troubles {
	return outbox.Troubles{Editor: edit.AccountEditor{Store: s.store, NewID: s.ids.New, Now: s.now}}
}

func (s *scene) redeem() reset.Redeemer {
	return reset.Redeemer{
		Store:  s.store,
		Mails:  s.store.Mails(),
		Hasher: password.Hasher{Random: rand.Reader},
		Policy: password.Policy{Minimum: 15},
		NewID:  s.ids.New,
		Now:    s.now,
	}
}

// use sets the customer's password with the token of a link.
func (s *scene) use(token, newPassword string) error {
	return s.redeem().
		Use(s.Context(), request.Metadata{}, reset.NewPassword{Token: token, Password: newPassword})
}

// sendLink orders a link by mail as a manager does, and returns its message.
func (s *scene) sendLink() outbox.Message {
	s.Helper()
	manager := reset.Manager{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		SendsMail: true,
		Now:       s.now,
	}
	if _, err := manager.Send(s.Context(), s.admin, request.Metadata{}, string(s.customer.ID)); err != nil {
		s.Fatal(err)
	}
	return s.lastMessage()
}

// lastMessage returns the message of the last event.
func (s *scene) lastMessage() outbox.Message {
	events := s.store.Events()
	last := events[len(events)-1]
	return outbox.Message{Event: last.ID, Account: last.Account}
}

// forget requests a link for a forgotten password, and returns its message.
func (s *scene) forget(login, email string) outbox.Message {
	s.Helper()
	s.clock = s.clock.Add(time.Second)
	requester := reset.Requester{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	if err := requester.Request(
		s.Context(),
		request.Metadata{ID: "request", Address: "192.0.2.1"},
		login,
		email,
	); err != nil {
		s.Fatal(err)
	}
	return s.lastMessage()
}

func (s *scene) deliver(message outbox.Message, want error) {
	s.Helper()
	if err := s.sender().Deliver(s.Context(), message); !errors.Is(err, want) {
		s.Fatalf("Deliver returned %v, want %v", err, want)
	}
}

// token returns the token of the link in a mail.
func (s *scene) token(mail int) string {
	s.Helper()
	if mail >= len(s.mailer.sent) {
		s.Fatalf("%d mails, want more than %d", len(s.mailer.sent), mail)
	}
	_, fragment, _ := strings.Cut(s.mailer.sent[mail].Letter.URL, "#")
	token, _, _ := strings.Cut(fragment, "&")
	return token
}

var errOutage = errors.New("outage")

// If an attempt ends after sending the mail, the next one sends it again, and the link in the later mail is valid.
func TestDeliverEndsAfterSending(t *testing.T) {
	s := newScene(t)
	message := s.sendLink()
	s.store.Fail(dynamotest.From(2, dynamotest.Writes(dynamotest.Mail)), errOutage) // the first is the lease
	s.deliver(message, errOutage)
	s.store.Mend()
	s.deliver(message, outbox.ErrLeased) // the lease of the first attempt has not ended
	s.clock = s.clock.Add(outbox.LeaseDuration)
	s.deliver(message, nil)
	s.deliver(message, nil) // the mail is done
	if len(s.mailer.sent) != 2 {
		t.Fatalf("%d mails, want 2", len(s.mailer.sent))
	}
	if err := s.use(s.token(1), "by the second mail"); err != nil {
		t.Errorf("the link of the second mail: %v, want a valid one", err)
	}
	err := s.use(s.token(0), "by the first mail, late")
	if !fault.Is(err, fault.LinkExpired) {
		t.Errorf("the link of the first mail: %v, want %s", err, fault.LinkExpired)
	}
}

func TestDeliverFailsBeforeSending(t *testing.T) {
	s := newScene(t)
	message := s.sendLink()
	s.mailer.fail = errOutage
	s.deliver(message, errOutage)
	s.mailer.fail = nil
	s.clock = s.clock.Add(outbox.LeaseDuration)
	s.deliver(message, nil)
	if len(s.mailer.sent) != 1 || s.mailer.sent[0].To != "ada@example.com" {
		t.Errorf("sent %+v, want one mail to ada@example.com", s.mailer.sent)
	}
}

// A stranger's requests can neither end a valid link, nor send more mails than the limits allow, nor reveal whether an
// account exists.
func TestForgottenMailsAreLimited(t *testing.T) {
	s := newScene(t)
	s.deliver(s.forget("nobody", "nobody@example.com"), nil)
	s.deliver(s.forget("ada", "stranger@example.com"), nil)
	if len(s.mailer.sent) != 0 {
		t.Fatalf("sent %+v to strangers, want no mail", s.mailer.sent)
	}
	for range 6 {
		s.deliver(s.forget("ADA", "Ada@Example.com"), nil)
	}
	if len(s.mailer.sent) != reset.MaxLive {
		t.Errorf("%d mails, want %d, one for each valid link", len(s.mailer.sent), reset.MaxLive)
	}
	if err := s.use(s.token(0), "by the very first link"); err != nil {
		t.Errorf("the first link: %v", err)
	}
	for range 6 {
		s.deliver(s.forget("ada", "ada@example.com"), nil)
	}
	if len(s.mailer.sent) != outbox.AccountLimit {
		t.Errorf("%d mails within the hour, want %d", len(s.mailer.sent), outbox.AccountLimit)
	}
}

func (s *scene) live() (*account.Account, []reset.Link, error) {
	customer, links, _, err := s.store.ReadLinks(s.Context(), s.customer.ID, idempotency.Key{})
	if err != nil {
		return nil, nil, err
	}
	return customer, links.Live(customer, s.clock), nil
}

// A link is valid until its lifetime is over. A rejected password does not use it up.
func TestMailedLinksExpire(t *testing.T) {
	s := newScene(t)
	s.deliver(s.sendLink(), nil)
	s.clock = s.clock.Add(reset.DefaultLifetimes.Reset - time.Second)
	if _, live, _ := s.live(); len(live) != 1 {
		t.Fatalf("%d valid links, want 1", len(live))
	}
	if err := s.use(s.token(0), "short"); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("a short password: %v", err)
	}
	if _, live, _ := s.live(); len(live) != 1 {
		t.Error("a rejected password used up the link, want it to stay valid")
	}
	s.clock = s.clock.Add(time.Second)
	err := s.use(s.token(0), "a second too late")
	if !fault.Is(err, fault.LinkExpired) {
		t.Errorf("after its time: %v", err)
	}
}

// A link that an owner ordered is not sent if the account has another owner by then.
func TestLinkOfAFormerOwnerIsNotSent(t *testing.T) {
	s := newScene(t)
	message := s.sendLink()
	s.alter(func(a *account.Account) { a.ChangeOwner("res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", "") })
	s.deliver(message, nil)
	if _, live, err := s.live(); err != nil || len(live) != 0 || len(s.mailer.sent) != 0 {
		t.Errorf("valid links %v, sent %v, %v; want none", live, s.mailer.sent, err)
	}
}
