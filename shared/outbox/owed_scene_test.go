package outbox_test

import (
	"context"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// order is a mail that a use case orders.
type order struct {
	make    func(*scene) outbox.Message
	letters int
	kind    event.MailKind
}

// orders returns an order of every kind of mail.
func orders() map[string]order {
	return map[string]order{
		"the welcome mail of a customer":   {(*scene).welcomeCustomer, 1, event.WelcomeMail},
		"the welcome mail of a panel user": {(*scene).welcomePanelUser, 1, event.WelcomeMail},
		"a reset link from a manager":      {(*scene).sendLink, 1, event.ResetMail},
		"a forgotten password":             {(*scene).forgetPassword, 1, event.ForgottenMail},
		"the notice of a new password":     {(*scene).changePassword, 1, event.PasswordChangedMail},
		"the notices of a new login":       {(*scene).changeLogin, 3, event.LoginChangedMail},
		"the notices of a new address":     {(*scene).changeAddress, 2, event.EmailChangedMail},
		"the notice of a new API token":    {(*scene).createToken, 1, event.TokenCreatedMail},
	}
}

func (s *scene) forgetPassword() outbox.Message { return s.forget("ada", "ada@example.com") }

func (s *scene) changePassword() outbox.Message {
	return s.change(event.PasswordChangedMail, func(*account.Account) {}, account.FieldChange{Field: "password"})
}

func (s *scene) changeAddress() outbox.Message {
	change := account.FieldChange{Field: account.EmailField, Old: "ada@example.com", New: "new@example.com"}
	return s.change(event.EmailChangedMail, func(*account.Account) {}, change)
}

func (s *scene) createToken() outbox.Message {
	change := account.FieldChange{Field: "apiToken", New: map[string]any{"name": "n"}}
	return s.change(event.TokenCreatedMail, func(*account.Account) {}, change)
}

func (s *scene) welcomeCustomer() outbox.Message {
	s.Helper()
	create := directory.Create{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	contact := account.Contact{Name: "Zoe", Email: "zoe@example.com"}
	input := directory.NewAccount{Login: "zoe", Contact: contact}
	if _, err := create.Customer(s.Context(), s.admin, request.Metadata{}, input); err != nil {
		s.Fatal(err)
	}
	return s.lastMessage()
}

func (s *scene) welcomePanelUser() outbox.Message {
	s.Helper()
	create := directory.Create{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	users := directory.PanelUsers{Create: create, Store: s.store}
	input := directory.NewPanelUser{Login: "helper", Email: "helper@example.com", Name: "Helper"}
	caller := access.Caller{Account: s.customer}
	if _, err := users.Add(s.Context(), caller, request.Metadata{}, string(s.customer.ID), input); err != nil {
		s.Fatal(err)
	}
	return s.lastMessage()
}

// post is the way of mails from the table to SES, on which everything can be lost.
type post struct {
	*scene

	queue    []outbox.Message
	enqueued int
	breaks   bool                 // the queue accepts messages and loses them
	sentAt   map[string]time.Time // when the last letter to an address was sent
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{scene: newScene(t), sentAt: map[string]time.Time{}}
	return p
}

// Enqueue implements outbox.Queue.
func (p *post) Enqueue(_ context.Context, messages []outbox.Message) (int, error) {
	p.enqueued += len(messages)
	if !p.breaks {
		p.queue = append(p.queue, messages...)
	}
	return len(messages), nil
}

// Send implements outbox.Mailer. No letter may be sent twice within a lease.
func (p *post) Send(ctx context.Context, envelope outbox.Envelope) (string, error) {
	if last, found := p.sentAt[envelope.To]; found && p.clock.Sub(last) < outbox.LeaseDuration {
		p.Errorf("two letters to %s within %v, want one within a lease", envelope.To, p.clock.Sub(last))
	}
	id, err := p.mailer.Send(ctx, envelope)
	if err == nil {
		p.sentAt[envelope.To] = p.clock
	}
	return id, err
}

// deliverAll lets the mailer take all messages of the queue. Messages that it could not process are lost.
func (p *post) deliverAll() {
	p.Helper()
	queued := p.queue
	p.queue = nil
	sender := p.sender()
	sender.Mailer = p
	for _, message := range queued {
		_ = sender.Deliver(p.Context(), message) // the test reads the state of the mail
	}
}

// sweep runs one sweep.
func (p *post) sweep() (sweep.Result, error) {
	return sweep.Sweeper{Store: p.store, Now: p.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Mail: outbox.DueHandler{Store: p.store, Queue: p, Troubles: p.troubles(), Now: p.now},
	}}.Run(p.Context(), "sweep", struct{}{})
}

// minutes lets time pass: a sweep in every minute, and after it the mailer.
func (p *post) minutes(n int) {
	p.Helper()
	for range n {
		p.clock = p.clock.Add(time.Minute)
		if _, err := p.sweep(); err != nil {
			p.Fatal(err)
		}
		p.deliverAll()
	}
}

// expectDone expects the mail to be done in a state, and not to be due any more.
func (p *post) expectDone(message outbox.Message, want outbox.MailState) {
	p.Helper()
	if state, deliveries := p.store.Delivery(message.Event); state != want {
		p.Errorf("the state of the mail is %s, %+v; want %s", state, deliveries, want)
	}
	if owed, err := p.store.ReadOwed(p.Context(), message.Event); owed != nil || err != nil {
		p.Errorf("the mail is still owed: %+v, %v; want no owed mail", owed, err)
	}
	p.clock = p.clock.Add(48 * time.Hour)
	if result, err := p.sweep(); err != nil || result != (sweep.Result{}) {
		p.Errorf("a later sweep returned %+v, %v; want nothing due", result, err)
	}
	p.clock = p.clock.Add(-48 * time.Hour)
}
