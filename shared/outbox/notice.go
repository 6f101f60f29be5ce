package outbox

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// writeNotice writes letters that say what was changed, one to each address.
func (s Sender) writeNotice(ctx context.Context, id account.ID, ordering *event.Event) ([]Envelope, error) {
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
	for _, address := range ordering.Recipients(ordering.Mail, changed) {
		letter.Recipient = address
		letter.IsNewAddress = ordering.Mail == event.EmailChangedMail && account.SameEmail(address, newEmail)
		envelopes = append(envelopes, Envelope{
			To: address, Account: changed.ID, HasTrouble: hasTrouble(changed, address), Letter: letter,
		})
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
