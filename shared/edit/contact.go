package edit

import (
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// Contact applies a patch to an account's contact. A new e-mail address ends the account's reset links. Errors:
// InvalidRequest.
func Contact(a *account.Account, patch account.ContactPatch) (Effects, error) {
	contact, bad := patch.Apply(a.Contact).Validate("")
	if len(bad) > 0 {
		return Effects{}, fault.Invalid(bad...)
	}
	changes := a.Contact.Differences(contact)
	if contact.Email != a.Contact.Email {
		a.LinkEpoch++
		a.MailTrouble = nil
	}
	a.Contact = contact
	return Effects{Event: event.ContactChanged, Changes: changes, Nothing: len(changes) == 0}, nil
}
