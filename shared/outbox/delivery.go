package outbox

import (
	"slices"
	"strings"

	"tenantry/shared/access"
)

// MailState is the state of a mail.
type MailState string

// The states of a mail.
const (
	Sending     MailState = "sending" // some letters are not sent yet
	Sent        MailState = "sent"    // the mail service accepted all letters, or there were none
	Undelivered MailState = "unsent"  // at least one letter can never be sent
)

// Delivery is the result of sending one letter.
type Delivery struct {
	Recipient string // a hash of the address
	MessageID string // from the mail service; "" if the letter was not sent
	Unsent    Unsent // "" if the letter was sent
}

// Unsent is the reason why a letter can never be sent. It is an error of a Mailer.
type Unsent string

// The reasons.
const (
	NoSender   Unsent = "no-sender"   // the stack sends no mail
	BadAddress Unsent = "bad-address" // the mail service does not accept such an address
	TooMany    Unsent = "too-many"    // the address has got too many mails of the kind within an hour
	TooLate    Unsent = "too-late"    // no attempt has succeeded within a day
)

// Error returns the reason.
func (u Unsent) Error() string { return "the mail can never be sent: " + string(u) }

// recipient returns the hash by which the attempts for one message recognise an address.
func recipient(message Message, address string) string {
	return access.Opaque("recipient", message.Event, strings.ToLower(address))
}

// deliveryTo returns the result for the address, or the zero Delivery if there is none.
func deliveryTo(deliveries []Delivery, message Message, address string) Delivery {
	hash := recipient(message, address)
	for _, delivery := range deliveries {
		if delivery.Recipient == hash {
			return delivery
		}
	}
	return Delivery{}
}

// isDelivered reports whether there is a result for the address.
func isDelivered(deliveries []Delivery, message Message, address string) bool {
	return deliveryTo(deliveries, message, address) != Delivery{}
}

// finalState returns the state of a mail whose letters all have a result.
func finalState(deliveries []Delivery) MailState {
	if slices.ContainsFunc(deliveries, func(delivery Delivery) bool { return delivery.Unsent != "" }) {
		return Undelivered
	}
	return Sent
}
