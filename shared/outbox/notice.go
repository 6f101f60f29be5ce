package outbox

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// writeNotice writes letters that say what was changed, one to each address.
func (s Sender) writeNotice(
	ctx context.Context, id account.ID, ordering *event.Event, addresses func(*account.Account, *event.Event) []string,
) ([]Envelope, error) {
	changed, _, _, err := s.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || changed == nil {
		return nil, err
	}
	letter := Letter{
		Kind:   ordering.Mail,
		Locale: changed.Contact.Locale,
		Name:   changed.Contact.Name,
		Login:  string(changed.Login),
		At:     ordering.At,
	}
	for _, change := range ordering.Changes {
		letter.PasswordChanged = letter.PasswordChanged || change.Field == "password"
		if change.Field == "login" {
			letter.OldLogin, _ = change.Old.(string)
		}
	}
	var envelopes []Envelope
	for _, address := range addresses(changed, ordering) {
		envelopes = append(envelopes, Envelope{To: address, Account: changed.ID, Letter: letter})
	}
	return envelopes, nil
}

// currentAddresses returns the account's address. If the login was changed, it also returns the old and the new login
// if they are addresses.
func currentAddresses(changed *account.Account, ordering *event.Event) []string {
	addresses := []string{changed.Contact.Email}
	for _, change := range ordering.Changes {
		if change.Field != "login" {
			continue
		}
		for _, login := range []any{change.Old, change.New} {
			if address, _ := login.(string); account.IsEmail(address) && !strings.EqualFold(address, addresses[0]) {
				addresses = append(addresses, address)
			}
		}
	}
	return addresses
}

// oldAddress returns the address that the account had before, even if the account has it again: somebody else may have
// changed it twice.
func oldAddress(_ *account.Account, ordering *event.Event) []string {
	for _, change := range ordering.Changes {
		if address, _ := change.Old.(string); change.Field == account.EmailField && account.IsEmail(address) {
			return []string{address}
		}
	}
	return nil
}
