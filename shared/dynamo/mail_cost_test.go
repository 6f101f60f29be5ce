package dynamo_test

import (
	"context"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
)

// TestCostOfOwedMails compares what it costs to keep a mail owed with docs/adr/0040: a row, its place in the index, and
// the end of that place.
func TestCostOfOwedMails(t *testing.T) {
	f := newFixture(t, dynamo.OpenEmulated)
	measure := func(step string, want cost, do func(ctx context.Context) error) {
		t.Helper()
		want.check(t, step, do)
	}
	creation := func(login string, mail event.MailKind) (outbox.Message, func(ctx context.Context) error) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, login)
		c.Event.Mail = mail
		c.Account.PasswordVersion, c.PasswordHash = 0, "" // the mail has the link to set a password
		message := outbox.Message{Event: c.Event.ID, Account: c.Account.ID}
		return message, func(ctx context.Context) error { return f.Create(ctx, c) }
	}
	_, createOnly := creation("silent", "")
	message, createWithMail := creation("ada", event.WelcomeMail)
	// The first creation reads how the lists of the administrator and of all owners are divided.
	measure("creating the first customer without a mail", cost{2, 2, 12}, createOnly)
	measure("creating a customer with a welcome mail", cost{1, 0, 15}, createWithMail)
	measure("leasing the mail", cost{1, 0, 1}, func(ctx context.Context) error {
		_, _, err := f.LeaseMail(ctx, message, f.now())
		return err
	})
	measure("recording the mail", cost{1, 0, 2}, func(ctx context.Context) error {
		return f.RecordDeliveries(ctx, message, outbox.Sent, nil)
	})
	lost, createLost := creation("zoe", event.WelcomeMail)
	if err := createLost(t.Context()); err != nil {
		t.Fatal(err)
	}
	var owed *outbox.Owed
	measure("reading an owed mail", cost{1, 1, 0}, func(ctx context.Context) (err error) {
		owed, err = f.ReadOwed(ctx, lost.Event)
		return err
	})
	measure("postponing an owed mail", cost{1, 0, 3}, func(ctx context.Context) error {
		return f.PostponeMail(ctx, *owed, f.now().Add(time.Hour), 1)
	})
}
