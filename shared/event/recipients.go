package event

import "tenantry/shared/account"

// Recipients returns the addresses that the event's mail goes to. The addressee is the account that the mail is about;
// it may have changed since the event. The limits of orders and the mailer both use this function.
func (e *Event) Recipients(kind MailKind, addressee *account.Account) []string {
	switch kind {
	case EmailChangedMail:
		return e.oldAndNewAddress()
	case LoginChangedMail, PasswordChangedMail, TokenCreatedMail:
		return e.currentAddresses(addressee)
	case WelcomeMail, ResetMail, ForgottenMail:
		return []string{addressee.Contact.Email}
	}
	return nil
}

// currentAddresses returns the account's address. If the login was changed, it also returns the old and the new login
// if they are addresses.
func (e *Event) currentAddresses(addressee *account.Account) []string {
	addresses := []string{addressee.Contact.Email}
	for _, address := range e.changedAddresses("login") {
		if !account.SameEmail(address, addresses[0]) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// oldAndNewAddress returns the addresses that the account had before and after the event, even if it has another one
// now: somebody else may have changed it twice.
func (e *Event) oldAndNewAddress() []string { return e.changedAddresses(account.EmailField) }

// changedAddresses returns the old and the new value of a field, if they are addresses.
func (e *Event) changedAddresses(field string) []string {
	var addresses []string
	for _, change := range e.Changes {
		if change.Field != field {
			continue
		}
		for _, value := range []any{change.Old, change.New} {
			if address := text(value); account.IsEmail(address) {
				addresses = append(addresses, address)
			}
		}
	}
	return addresses
}

// text returns a value of a change as a string. A stored event has strings in place of logins.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case account.Login:
		return string(value)
	}
	return ""
}
