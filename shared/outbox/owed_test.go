package outbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
)

// The tests below hold for every kind of mail, so their table must have all kinds.
func TestOrdersHaveEveryKindOfMail(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../event/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, isValue := node.(*ast.ValueSpec)
		if isValue && len(spec.Values) == 1 {
			if kind, isName := spec.Type.(*ast.Ident); isName && kind.Name == "MailKind" {
				declared[spec.Values[0].(*ast.BasicLit).Value] = true
			}
		}
		return true
	})
	ordered := map[string]bool{}
	for _, order := range orders() {
		ordered[`"`+string(order.kind)+`"`] = true
	}
	if len(declared) == 0 || !maps.Equal(declared, ordered) {
		t.Errorf("the kinds of mail are %v, want an order of each: %v", declared, ordered)
	}
}

// The record of the stream or the message of the queue is lost. Two sweeps later the mail is sent.
func TestMailWithALostMessageIsSent(t *testing.T) {
	for name, order := range orders() {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			message := order.make(p.scene)
			p.minutes(2)
			if len(p.mailer.sent) != order.letters {
				t.Errorf("sent to %q, want %d letters", p.recipients(), order.letters)
			}
			p.expectDone(message, outbox.Sent)
		})
	}
}

// A mail that was sent in time costs the sweep nothing.
func TestSentMailIsNotDue(t *testing.T) {
	for name, order := range orders() {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			message := order.make(p.scene)
			p.deliver(message, nil)
			p.minutes(1)
			if p.enqueued != 0 || len(p.mailer.sent) != order.letters {
				t.Errorf("%d hand-overs, sent to %q; want none, and %d letters", p.enqueued, p.recipients(), order.letters)
			}
			p.expectDone(message, outbox.Sent)
		})
	}
}

// dies returns a hook for the calls of a store that is out of reach from the n-th call on.
func dies(n int) (hook func(dynamotest.Call) error, calls *int) {
	calls = new(int)
	return func(dynamotest.Call) error {
		if *calls++; *calls >= n {
			return dynamotest.Final(dynamotest.ErrOutage)
		}
		return nil
	}, calls
}

// The mailer dies at any of its calls, and its message is lost. The mail is sent within four minutes. A letter is sent
// again only if it could not be recorded, and not within its lease.
func TestMailOfAMailerThatDiesIsSent(t *testing.T) {
	for name, order := range orders() {
		t.Run(name, func(t *testing.T) {
			for isAnswerLost := range map[bool]bool{false: true, true: true} {
				for n := 1; ; n++ {
					p := newPost(t)
					message := order.make(p.scene)
					p.queue = []outbox.Message{message}
					hook, calls := dies(n)
					if isAnswerLost {
						p.store.After(hook)
					} else {
						p.store.Before(hook)
					}
					p.deliverAll()
					p.store.Mend()
					if *calls < n {
						break
					}
					p.minutes(4)
					if sent := len(p.mailer.sent); sent < order.letters || sent > order.letters+1 {
						t.Errorf("died at call %d: sent to %q, want %d letters and at most one of them twice",
							n, p.recipients(), order.letters)
					}
					p.expectDone(message, outbox.Sent)
				}
			}
		})
	}
}

// The sweep dies at any of its calls. A later one sends the mail, once.
func TestMailOfASweepThatDiesIsSent(t *testing.T) {
	for name, order := range orders() {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				p := newPost(t)
				message := order.make(p.scene)
				p.clock = p.clock.Add(outbox.FirstPause)
				hook, calls := dies(n)
				p.store.Before(hook)
				_, err := p.sweep()
				p.store.Mend()
				if *calls < n {
					break
				}
				if err == nil {
					t.Errorf("died at call %d: no error, want one", n)
				}
				p.deliverAll()
				p.minutes(3)
				if len(p.mailer.sent) != order.letters {
					t.Errorf("died at call %d: sent to %q, want %d letters", n, p.recipients(), order.letters)
				}
				p.expectDone(message, outbox.Sent)
			}
		})
	}
}

// If every message is lost for a day, the mail is given up and its addressee shows it. The queue got few messages.
func TestMailIsGivenUpAfterADay(t *testing.T) {
	for name, order := range orders() {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			message := order.make(p.scene)
			p.breaks = true
			p.minutes(24*60 - 1)
			if _, deliveries := p.store.Delivery(message.Event); len(deliveries) != 0 {
				t.Errorf("deliveries %+v within a day, want none", deliveries)
			}
			p.minutes(1)
			p.expectDone(message, outbox.Undelivered)
			p.expectTrouble(order, account.MailUnsent)
			if p.enqueued < 5 || p.enqueued > 12 {
				t.Errorf("%d messages in a day, want 5 to 12", p.enqueued)
			}
			p.deliver(message, nil)
			if len(p.mailer.sent) != 0 {
				t.Errorf("sent to %q after the mail was given up, want nothing", p.recipients())
			}
		})
	}
}

// expectTrouble expects the addressee of an order to show mail trouble of a kind, "" for none, with one event of it.
func (p *post) expectTrouble(order order, want string) {
	p.Helper()
	id := p.customer.ID
	if order.kind == event.WelcomeMail {
		created := p.store.Events(event.CustomerCreated, event.PanelUserCreated)
		id = created[len(created)-1].Addressee()
	}
	addressee, err := p.store.ReadAccount(p.Context(), id)
	if err != nil {
		p.Fatal(err)
	}
	got := ""
	if addressee.MailTrouble != nil {
		got = addressee.MailTrouble.Kind
	}
	if got != want {
		p.Errorf("the account shows the mail trouble %q, want %q", got, want)
	}
	if events := p.store.Events(event.MailUnsent); want != "" && (len(events) != 1 || events[0].Account != id) {
		p.Errorf("events of the unsent mail: %+v, want one of %s", events, id)
	}
}

// A sweep that dies while it gives a mail up is repeated by a later one.
func TestGivingUpIsRepeated(t *testing.T) {
	for n := 1; ; n++ {
		p := newPost(t)
		order := orders()["the welcome mail of a customer"]
		message := order.make(p.scene)
		p.clock = p.clock.Add(24 * time.Hour)
		hook, calls := dies(n)
		p.store.After(hook)
		_, err := p.sweep()
		p.store.Mend()
		if *calls < n {
			break
		}
		if err == nil {
			t.Errorf("died at call %d: no error, want one", n)
		}
		p.minutes(4)
		p.expectDone(message, outbox.Undelivered)
		p.expectTrouble(order, account.MailUnsent)
	}
}

// While SES is out of order, the messages stay in the queue. The sweep adds one message and then waits.
func TestSweepLeavesMailsInTheQueue(t *testing.T) {
	p := newPost(t)
	message := p.sendLink()
	p.mailer.fail = errOutage
	for minute := range 11 * 60 {
		if minute%3 == 0 {
			p.queue = append(p.queue[:0], message) // it returns after its visibility timeout
		}
		p.minutes(1)
	}
	if p.enqueued != 1 {
		t.Errorf("%d hand-overs while the queue had the message, want 1", p.enqueued)
	}
	p.mailer.fail = nil
	p.queue = nil // lost
	p.minutes(5)
	if len(p.mailer.sent) != 1 {
		t.Errorf("sent to %q, want one mail", p.recipients())
	}
	p.expectDone(message, outbox.Sent)
}

// A forgotten-password request shows nothing on an account that it does not belong to.
func TestForgottenPasswordOfAStrangerIsGivenUpSilently(t *testing.T) {
	for _, input := range [][2]string{{"nobody", "ada@example.com"}, {"ada", "stranger@example.com"}} {
		p := newPost(t)
		message := p.forget(input[0], input[1])
		p.breaks = true
		p.minutes(24 * 60)
		p.expectDone(message, outbox.Undelivered)
		p.expectTrouble(order{}, "")
		if events := p.store.Events(event.MailUnsent); len(events) != 0 {
			t.Errorf("%q: events %+v, want none", input, events)
		}
	}
}

// A mail of an account that was removed meanwhile is done without a letter.
func TestOwedMailOfARemovedAccountEnds(t *testing.T) {
	p := newPost(t)
	message := p.sendLink()
	if err := p.store.Drop(t.Context(), p.customer.ID); err != nil {
		t.Fatal(err)
	}
	p.minutes(2)
	if len(p.mailer.sent) != 0 {
		t.Errorf("sent to %q, want no mail", p.recipients())
	}
	p.expectDone(message, outbox.Sent)
}

// A letter that can never be sent shows on the account, unless it goes to a former address. The next mail that is sent
// ends the trouble.
func TestUnsentLettersShowOnTheAccount(t *testing.T) {
	for _, reason := range []outbox.Unsent{outbox.BadAddress, outbox.NoSender, outbox.TooMany} {
		p := newPost(t)
		p.mailer.failTo = map[string]error{"ada@example.com": reason}
		p.deliver(p.sendLink(), nil)
		p.expectTrouble(order{}, account.MailUnsent)
		p.deliver(p.sendLink(), nil)
		p.expectTrouble(order{}, account.MailUnsent) // with no other event
		p.mailer.failTo = nil
		p.deliver(p.sendLink(), nil)
		p.expectTrouble(order{}, "")
	}
	p := newPost(t)
	p.mailer.failTo = map[string]error{"old@example.com": outbox.BadAddress}
	p.deliver(p.changeLogin(), nil)
	p.expectTrouble(order{}, "")
	if events := p.store.Events(event.MailUnsent); len(events) != 1 {
		t.Errorf("events of the letter to the former address: %+v, want one", events)
	}
}

// A report of a bounce stays when mails are sent or unsent: SES may accept mails that it does not deliver.
func TestBounceStaysOnTheAccount(t *testing.T) {
	for _, failing := range []error{nil, outbox.BadAddress} {
		p := newPost(t)
		p.alter(func(a *account.Account) { a.MailTrouble = &account.MailTrouble{Kind: "bounce", Since: p.clock} })
		p.mailer.failTo = map[string]error{"ada@example.com": failing}
		p.deliver(p.sendLink(), nil)
		p.expectTroubleOnly("bounce")
	}
}

func (p *post) expectTroubleOnly(want string) {
	p.Helper()
	found, err := p.store.ReadAccount(p.Context(), p.customer.ID)
	if err != nil || found.MailTrouble == nil || found.MailTrouble.Kind != want {
		p.Errorf("the account shows %+v, %v; want %s", found.MailTrouble, err, want)
	}
	if names := p.store.Events(event.MailUnsent, event.MailSentAgain); len(names) != 0 {
		p.Errorf("events %+v, want none", names)
	}
}
