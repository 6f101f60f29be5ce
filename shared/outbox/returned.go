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

// Returned is the report of a bounce or a complaint.
type Returned struct {
	Account account.ID
	Email   string // the address that the mail was sent to
	Kind    string // bounce or complaint
	At      time.Time
	ID      string // the report's id, for the audit trail
}

// PostOffice is the actor of reports of the mail service.
const PostOffice account.ID = "mail"

// Note notes bounces and complaints on accounts, for their owners to see.
type Note struct{ Editor edit.AccountEditor }

// Returned notes a report. It changes nothing if the account is gone or has another address now.
func (n Note) Returned(ctx context.Context, report Returned) error {
	if !report.Account.WellFormed() {
		return nil
	}
	meta := request.Metadata{ID: report.ID}
	_, err := edit.UpdateAccount(
		ctx,
		n.Editor,
		meta,
		PostOffice,
		n.Editor.ByID(report.Account),
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
