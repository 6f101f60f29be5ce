package outbox

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Troubles records on accounts that mails could not be sent, for their managers to see.
type Troubles struct{ Editor edit.AccountEditor }

// unsentMail is a letter that is not sent.
type unsentMail struct {
	Account account.ID
	Email   string // the address of the letter; "" if it is not the account's own
	Event   string // which ordered the mail
	Kind    event.MailKind
	Reason  Unsent
}

// record writes the event of an unsent mail. If the account has the address of the letter, it shows mail trouble.
// Trouble that the account shows already stays as it is and needs no other event.
func (t Troubles) record(ctx context.Context, mail unsentMail) error {
	return t.change(ctx, mail.Account, mail.Event, func(a *account.Account, now time.Time) edit.Effects {
		effects := edit.Effects{
			Event:   event.MailUnsent,
			Changes: []account.FieldChange{{Field: "mail", New: string(mail.Kind)}, {Field: "reason", New: string(mail.Reason)}},
		}
		if mail.Email == "" || !account.SameEmail(a.Contact.Email, mail.Email) {
			return effects
		}
		if a.MailTrouble != nil {
			return edit.Effects{Nothing: true}
		}
		a.MailTrouble = &account.MailTrouble{Kind: account.MailUnsent, Since: clock.Truncate(now)}
		effects.Changes = append(effects.Changes, account.FieldChange{Field: "mailTrouble", New: a.MailTrouble})
		return effects
	})
}

// end removes the trouble from an account that has got a mail again at the address.
func (t Troubles) end(ctx context.Context, id account.ID, email, eventID string) error {
	return t.change(ctx, id, eventID, func(a *account.Account, _ time.Time) edit.Effects {
		if !hasTrouble(a, email) {
			return edit.Effects{Nothing: true}
		}
		changes := []account.FieldChange{{Field: "mailTrouble", Old: a.MailTrouble}}
		a.MailTrouble = nil
		return edit.Effects{Event: event.MailSentAgain, Changes: changes}
	})
}

// change changes an account unless it does not exist any more.
func (t Troubles) change(
	ctx context.Context, id account.ID, cause string, apply func(a *account.Account, now time.Time) edit.Effects,
) error {
	_, err := edit.UpdateAccount(ctx, t.Editor, request.Metadata{ID: cause}, Postmaster, t.Editor.ByID(id),
		func(a *account.Account, now time.Time) (edit.Effects, error) { return apply(a, now), nil },
		edit.NoAnswer,
	)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// hasTrouble reports whether the account shows that mail to the address could not be sent.
func hasTrouble(a *account.Account, email string) bool {
	return a.MailTrouble != nil && a.MailTrouble.Kind == account.MailUnsent && account.SameEmail(a.Contact.Email, email)
}
