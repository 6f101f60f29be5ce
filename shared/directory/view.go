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

// FormerDescription is the note that an earlier owner has left on an account.
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
	Contact          account.Contact            `json:"contact"`
	Owner            Owner                      `json:"owner"`
	Description      string                     `json:"description,omitempty" doc:"The owner's note. Lists show its first 200 characters. Never visible to the account itself."`
	AdminDescription string                     `json:"adminDescription,omitempty" doc:"The administrator's own note. Visible to the administrator only."`
	Former           []FormerDescription        `json:"formerDescriptions,omitempty" nullable:"false" doc:"Notes of earlier owners. Visible to the administrator only. Not in lists."`
	ExternalID       string                     `json:"externalId,omitempty"`
	Holds            account.Holds              `json:"holds" nullable:"false"`
	Schedule         *Schedule                  `json:"schedule,omitempty" doc:"The scheduled changes that are still to come."`
	Subscriptions    account.SubscriptionCounts `json:"subscriptions"`
	MailTrouble      *account.MailTrouble       `json:"mailTrouble,omitempty" doc:"Present if mail to the e-mail address was returned. Removed when the address changes."`
	CreatedAt        time.Time                  `json:"createdAt"`
	Version          int64                      `json:"version"`
}

func view(caller access.Caller, of *account.Account, notes account.Notes, owner Owner, now time.Time) Customer {
	v := Customer{
		ID: of.ID, Login: string(of.Login), Status: of.Status(now), OwnerSuspended: owner.suspended, Lifecycle: of.Lifecycle,
		Contact: of.Contact, Owner: owner, ExternalID: of.ExternalID, Holds: of.Holds.Present(now),
		Schedule: viewSchedule(caller, of, of.PendingSchedule(now)), Subscriptions: of.SubscriptionCounts(), CreatedAt: of.CreatedAt, Version: of.Version,
	}
	switch {
	case caller.IsAdministrator():
		v.Description, v.AdminDescription, v.MailTrouble = notes.Owner, notes.Administrator, of.MailTrouble
	case caller.Account.ID == of.Owner:
		v.Description, v.MailTrouble = notes.Owner, of.MailTrouble
		for i := range v.Holds {
			v.Holds[i] = v.Holds[i].RedactedFor(of.Owner)
		}
	default:
		for i := range v.Holds {
			v.Holds[i].Reason, v.Holds[i].Actor = "", ""
		}
		v.ExternalID = ""
	}
	return v
}

func ownerOf(a *account.Account) Owner {
	return Owner{ID: a.ID, Kind: a.Kind, Login: string(a.Login), Name: a.Contact.Name}
}

func administratorAsOwner() Owner {
	return Owner{ID: account.AdministratorOwner, Kind: account.Administrator, Login: string(account.AdministratorOwner), Name: "Administrator"}
}

func callerAsOwner(caller access.Caller) Owner {
	if caller.IsAdministrator() {
		return administratorAsOwner()
	}
	return ownerOf(&caller.Account)
}
