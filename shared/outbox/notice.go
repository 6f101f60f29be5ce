package outbox

import (
	"context"
	"strings"
	"time"

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
	newEmail := ""
	for _, change := range ordering.Changes {
		switch change.Field {
		case "password":
			letter.PasswordChanged = true
		case "login":
			letter.OldLogin, _ = change.Old.(string)
		case account.EmailField:
			newEmail, _ = change.New.(string)
		case "apiToken":
			letter.TokenName, letter.ExpiresAt = tokenFacts(change.New)
		}
	}
	var envelopes []Envelope
	for _, address := range addresses(changed, ordering) {
		letter.IsNewAddress = ordering.Mail == event.EmailChangedMail && account.SameEmail(address, newEmail)
		envelopes = append(envelopes, Envelope{To: address, Account: changed.ID, Letter: letter})
	}
	return envelopes, nil
}

// tokenFacts returns the name and the expiry of the API token in a stored event.
func tokenFacts(view any) (name string, expiresAt time.Time) {
	token, _ := view.(map[string]any)
	name, _ = token["name"].(string)
	expiry, _ := token["expiresAt"].(string)
	expiresAt, _ = time.Parse(time.RFC3339, expiry) // letters leave out the zero time
	return name, expiresAt
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

// oldAndNewAddress returns the addresses that the account had before and after the event, even if it has another one
// now: somebody else may have changed it twice.
func oldAndNewAddress(_ *account.Account, ordering *event.Event) []string {
	var addresses []string
	for _, change := range ordering.Changes {
		if change.Field != account.EmailField {
			continue
		}
		for _, email := range []any{change.Old, change.New} {
			if address, _ := email.(string); account.IsEmail(address) {
				addresses = append(addresses, address)
			}
		}
	}
	return addresses
}
