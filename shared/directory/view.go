// Package directory creates, reads and lists the accounts below a caller: customers and resellers.
package directory

import (
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// Owner is the reseller or the administrator that an account belongs to.
type Owner struct {
	ID    account.ID   `json:"id" doc:"Id of a reseller, or the word administrator."`
	Kind  account.Kind `json:"kind" enum:"administrator,reseller"`
	Login string       `json:"login"`
	Name  string       `json:"name"`

	suspended bool
}

// FormerDescription is an earlier owner's note about an account.
type FormerDescription struct {
	Owner account.ID `json:"owner" doc:"Id of the owner who wrote the note, or the word administrator."`
	Text  string     `json:"text"`
}

// Customer is a customer as a caller sees it. A reseller has the same fields.
type Customer struct {
	ID               account.ID                 `json:"id" example:"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Login            string                     `json:"login"`
	Status           account.Status             `json:"status" enum:"active,suspended" doc:"By the account's own holds. Inherited holds do not count."`
	OwnerSuspended   bool                       `json:"ownerSuspended" doc:"Whether the owner is suspended, which suspends this account too."`
	Lifecycle        account.Lifecycle          `json:"lifecycle" enum:"ready,converting,moving,removing" doc:"What an operation is doing with the account. Requests that conflict with the operation get the code busy."`
	Operation        string                     `json:"operation,omitempty" doc:"Id of the operation that changes the lifecycle, while it is not ready. For administrators and the owner. Not in lists."`
	Contact          account.Contact            `json:"contact"`
	Owner            Owner                      `json:"owner"`
	Description      string                     `json:"description,omitempty" doc:"The owner's note. Lists show its first 200 characters. Never visible to the account itself."`
	AdminDescription string                     `json:"adminDescription,omitempty" doc:"The administrator's own note. Visible to the administrator only."`
	Former           []FormerDescription        `json:"formerDescriptions,omitempty" nullable:"false" doc:"Notes of earlier owners. Visible to the administrator only. Not in lists."`
	ExternalID       string                     `json:"externalId,omitempty"`
	Holds            account.Holds              `json:"holds" nullable:"false"`
	Schedule         *Schedule                  `json:"schedule,omitempty" doc:"The scheduled changes that are still to come."`
	Subscriptions    account.SubscriptionCounts `json:"subscriptions"`
	MailTrouble      *account.MailTrouble       `json:"mailTrouble,omitempty" doc:"Present if mail to the e-mail address was returned or could not be sent. Removed when the address changes, and the kind unsent also when a later mail is sent."`
	CreatedAt        time.Time                  `json:"createdAt"`
	Version          int64                      `json:"version"`
}

// view returns an account as the caller sees it. Accounts below the owner do not see notes, reasons, actors or external
// ids.
func view(caller access.Caller, a *account.Account, notes account.Notes, owner Owner, now time.Time) Customer {
	customer := Customer{
		ID:             a.ID,
		Login:          string(a.Login),
		Status:         a.Status(now),
		OwnerSuspended: owner.suspended,
		Lifecycle:      a.Lifecycle,
		Contact:        a.Contact,
		Owner:          owner,
		ExternalID:     a.ExternalID,
		Holds:          a.Holds.Present(now),
		Schedule: viewSchedule(
			caller,
			a,
			a.PendingSchedule(now),
		),
		Subscriptions: a.SubscriptionCounts(),
		CreatedAt:     a.CreatedAt,
		Version:       a.Version,
	}
	if caller.IsAdministrator() || caller.Account.ID == a.Owner {
		customer.Operation = a.Operation
	}
	switch {
	case caller.IsAdministrator():
		customer.Description, customer.AdminDescription, customer.MailTrouble = notes.Owner, notes.Administrator, a.MailTrouble
	case caller.Account.ID == a.Owner:
		customer.Description, customer.MailTrouble = notes.Owner, a.MailTrouble
		for i := range customer.Holds {
			customer.Holds[i] = customer.Holds[i].RedactedFor(a.Owner)
		}
	default:
		for i := range customer.Holds {
			customer.Holds[i].Reason, customer.Holds[i].Actor = "", ""
		}
		customer.ExternalID = ""
	}
	return customer
}

// ownerOf returns an account as an owner, without whether it is suspended.
func ownerOf(a *account.Account) Owner {
	return Owner{ID: a.ID, Kind: a.Kind, Login: string(a.Login), Name: a.Contact.Name}
}

// administratorAsOwner returns the administrator as an owner. All administrators share one owner id.
func administratorAsOwner() Owner {
	return Owner{
		ID:    account.AdministratorOwner,
		Kind:  account.Administrator,
		Login: string(account.AdministratorOwner),
		Name:  "Administrator",
	}
}

// callerAsOwner returns the owner that the caller acts as.
func callerAsOwner(caller access.Caller) Owner {
	if caller.IsAdministrator() {
		return administratorAsOwner()
	}
	return ownerOf(&caller.Account)
}
