package outbox

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Returned is a mail that came back, or that its reader complained about.
type Returned struct {
	Account account.ID
	Email   string // that it was sent to
	Kind    string // bounce or complaint
	At      time.Time
	ID      string // of the post's report, for the audit trail
}

// PostOffice is the actor of what the post reports.
const PostOffice account.ID = "mail"

// Note notes on accounts that mail to them came back, for those above them to see.
type Note struct{ Editor change.Editor }

// Returned notes a report. One about an address that the account has no more, or about no account, changes nothing.
func (n Note) Returned(ctx context.Context, came Returned) error {
	if !came.Account.WellFormed() {
		return nil
	}
	of, err := n.Editor.Store.ReadAccount(ctx, came.Account)
	if err != nil || of == nil {
		return err
	}
	meta := request.Metadata{ID: came.ID}
	_, err = change.Apply(ctx, n.Editor, meta, PostOffice, *of, func(a *account.Account) (change.Edit, error) {
		trouble := &account.MailTrouble{Kind: came.Kind, Since: came.At.UTC().Truncate(time.Millisecond)}
		if !account.SameEmail(a.Contact.Email, came.Email) || a.MailTrouble != nil && a.MailTrouble.Kind == came.Kind {
			return change.Edit{Nothing: true}, nil
		}
		a.MailTrouble = trouble
		return change.Edit{Event: event.MailReturned, Changes: []account.FieldChange{{Field: "mailTrouble", New: trouble}}}, nil
	}, func(account.Account) struct{} { return struct{}{} })
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
