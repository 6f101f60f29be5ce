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
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/outbox"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// postOffice keeps what it is given.
type postOffice struct {
	sent   []outbox.Envelope
	fail   error
	failTo map[string]error // by address
}

func (p *postOffice) Send(_ context.Context, envelope outbox.Envelope) (string, error) {
	if err := p.failTo[envelope.To]; p.fail != nil || err != nil {
		return "", errors.Join(p.fail, err)
	}
	p.sent = append(p.sent, envelope)
	return "message", nil
}

// scene is an administrator with one customer, and all that mails need.
type scene struct {
	*testing.T

	store    *dynamotest.Store
	post     *postOffice
	clock    time.Time
	ids      idgen.Generator
	customer account.Account
	admin    access.Caller
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, post: &postOffice{}, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
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

func (s *scene) outbox() outbox.Outbox {
	return outbox.Outbox{
		Store:     s.store,
		Mailer:    s.post,
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		PublicURL: "https://example.com",
		Now:       s.now,
	}
}

func (s *scene) redeem() reset.Redeem {
	return reset.Redeem{
		Store:  s.store,
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

// order asks for a mail as a manager does, and returns the order of it.
func (s *scene) order() outbox.Order {
	s.Helper()
	manager := reset.Manager{
		Store:     s.store,
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		SendsMail: true,
		Now:       s.now,
	}
	if _, err := manager.Send(s.Context(), s.admin, request.Metadata{}, string(s.customer.ID)); err != nil {
		s.Fatal(err)
	}
	return s.newest()
}

func (s *scene) newest() outbox.Order {
	events := s.store.Events()
	last := events[len(events)-1]
	return outbox.Order{Event: last.ID, Account: last.Account}
}

// forget asks as somebody does who has forgotten the password.
func (s *scene) forget(login, email string) outbox.Order {
	s.Helper()
	s.clock = s.clock.Add(time.Second)
	forget := reset.Forget{Store: s.store, NewID: s.ids.New, Now: s.now}
	if err := forget.Ask(s.Context(), request.Metadata{ID: "request", Address: "192.0.2.1"}, login, email); err != nil {
		s.Fatal(err)
	}
	return s.newest()
}

func (s *scene) deliver(order outbox.Order, want error) {
	s.Helper()
	if err := s.outbox().Deliver(s.Context(), order); !errors.Is(err, want) {
		s.Fatalf("deliver: %v, want %v", err, want)
	}
}

// token is that of the link in a mail.
func (s *scene) token(mail int) string {
	s.Helper()
	if mail >= len(s.post.sent) {
		s.Fatalf("%d mails, want one more", len(s.post.sent))
	}
	_, fragment, _ := strings.Cut(s.post.sent[mail].Letter.URL, "#")
	token, _, _ := strings.Cut(fragment, "&")
	return token
}

var errOutage = errors.New("outage")

// A try that dies after the post took the mail is made again: the mail comes twice, and the later one's link works.
func TestDeliverDiesAfterSending(t *testing.T) {
	s := newScene(t)
	order := s.order()
	s.store.Fail(dynamotest.From(2, dynamotest.Writes(dynamotest.Mail)), errOutage) // the first is the lease
	s.deliver(order, errOutage)
	s.store.Mend()
	s.deliver(order, outbox.ErrLeased) // too early: the first try may be at it still
	s.clock = s.clock.Add(outbox.Lease)
	s.deliver(order, nil)
	s.deliver(order, nil) // done, however often it comes
	if len(s.post.sent) != 2 {
		t.Fatalf("%d mails, want 2", len(s.post.sent))
	}
	if err := s.use(s.token(1), "by the second mail"); err != nil {
		t.Errorf("the second mail's link: %v", err)
	}
	if err := s.use(s.token(0), "by the first mail, late"); !fault.Is(
		err,
		fault.LinkExpired,
	) {
		t.Errorf("the first mail's link, after the second's: %v", err)
	}
}

func TestDeliverFailsBeforeSending(t *testing.T) {
	s := newScene(t)
	order := s.order()
	s.post.fail = errOutage
	s.deliver(order, errOutage)
	s.post.fail = nil
	s.clock = s.clock.Add(outbox.Lease)
	s.deliver(order, nil)
	if len(s.post.sent) != 1 || s.post.sent[0].To != "ada@example.com" {
		t.Errorf("mails: %+v", s.post.sent)
	}
}

// A stranger can neither end a live link by asking again and again, nor have more mail sent than the limits allow, nor
// learn whether there is such an account.
func TestForgotten(t *testing.T) {
	s := newScene(t)
	s.deliver(s.forget("nobody", "nobody@example.com"), nil)
	s.deliver(s.forget("ada", "stranger@example.com"), nil)
	if len(s.post.sent) != 0 {
		t.Fatalf("mails to strangers: %+v", s.post.sent)
	}
	for range 6 {
		s.deliver(s.forget("ADA", "Ada@Example.com"), nil)
	}
	if len(s.post.sent) != reset.MaxLive {
		t.Errorf("%d mails, want as many as live links", len(s.post.sent))
	}
	if err := s.use(s.token(0), "by the very first link"); err != nil {
		t.Errorf("the first link: %v", err)
	}
	for range 6 {
		s.deliver(s.forget("ada", "ada@example.com"), nil)
	}
	if len(s.post.sent) != outbox.AccountLimit {
		t.Errorf("%d mails within the hour, want %d", len(s.post.sent), outbox.AccountLimit)
	}
}

func (s *scene) live() (*account.Account, []reset.Link, error) {
	of, links, _, err := s.store.ReadLinks(s.Context(), s.customer.ID, idempotency.Key{})
	if err != nil {
		return nil, nil, err
	}
	return of, links.Live(of, s.clock), nil
}

// Whatever changes login, password or address ends the links that there are.
func TestLinksEnd(t *testing.T) {
	s := newScene(t)
	s.deliver(s.order(), nil)
	s.clock = s.clock.Add(reset.DefaultLifetimes.Reset - time.Second)
	if _, live, _ := s.live(); len(live) != 1 {
		t.Fatalf("%d live links", len(live))
	}
	if err := s.use(s.token(0), "short"); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("a short password: %v", err)
	}
	if _, live, _ := s.live(); len(live) != 1 {
		t.Error("a refused password used the link up")
	}
	s.clock = s.clock.Add(time.Second)
	if err := s.use(s.token(0), "a second too late"); !fault.Is(
		err,
		fault.LinkExpired,
	) {
		t.Errorf("after its time: %v", err)
	}
}

// A link that an owner has ordered is not sent when the account is somebody else's by then.
func TestALinkThatAFormerOwnerHasOrdered(t *testing.T) {
	s := newScene(t)
	order := s.order()
	s.alter(func(a *account.Account) { a.ChangeOwner("res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", "") })
	s.deliver(order, nil)
	if _, live, err := s.live(); err != nil || len(live) != 0 || len(s.post.sent) != 0 {
		t.Errorf("%v, %v, %v", live, s.post.sent, err)
	}
}
