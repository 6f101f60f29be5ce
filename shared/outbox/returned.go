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

// Returned is a report of a mail that bounced or that its reader complained about.
type Returned struct {
	Account account.ID
	Email   string // the address of the mail
	Kind    string // "bounce" or "complaint"
	At      time.Time
	ID      string // of the report, for the audit trail
}

// Postmaster is the actor of the changes that reports make.
const Postmaster account.ID = "mail"

// ReturnRecorder records on accounts that mails to them were returned, for their managers to see.
type ReturnRecorder struct{ Editor edit.AccountEditor }

// Record records a report. It changes nothing if the account does not exist any more or has another address.
func (r ReturnRecorder) Record(ctx context.Context, report Returned) error {
	if !report.Account.WellFormed() {
		return nil
	}
	meta := request.Metadata{ID: report.ID}
	r.Editor.DuringRemoval = true
	read := r.Editor.ByID(report.Account)
	_, err := edit.UpdateAccount(
		ctx,
		r.Editor,
		meta,
		Postmaster,
		read,
		func(a *account.Account, _ time.Time) (edit.Effects, error) {
			trouble := &account.MailTrouble{Kind: report.Kind, Since: clock.Truncate(report.At)}
			if !account.SameEmail(a.Contact.Email, report.Email) || a.MailTrouble != nil && a.MailTrouble.Kind == report.Kind {
				return edit.Effects{Nothing: true}, nil
			}
			a.MailTrouble = trouble
			return edit.Effects{
				Event:   event.MailReturned,
				Changes: []account.FieldChange{{Field: "mailTrouble", New: trouble}},
			}, nil
		},
		edit.NoAnswer,
	)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
