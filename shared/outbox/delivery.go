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
	Sending     MailState = "sending" // not all of its letters are sent
	Sent        MailState = "sent"    // the mail service has accepted all letters, or there was none to send
	Undelivered MailState = "unsent"  // at least one letter can never be sent
)

// Delivery is the result of sending one letter.
type Delivery struct {
	To      string // a hash of the recipient's address
	Message string // the mail service's id of the message; empty if the letter was not sent
	Unsent  Unsent // why the letter can never be sent; empty if it was sent
}

// Unsent is the reason why a letter can never be sent. It is an error of a Mailer.
type Unsent string

// The reasons.
const (
	NoSender   Unsent = "no-sender"   // the stack sends no mail
	BadAddress Unsent = "bad-address" // the mail service does not accept the address
)

// Error returns the reason.
func (u Unsent) Error() string { return "the mail can never be sent: " + string(u) }

// recipient returns the hash by which other attempts of the order recognise an address.
func recipient(order Order, address string) string {
	return access.Opaque("recipient", order.Event, strings.ToLower(address))
}

// delivered reports whether a letter to the address has been sent, or can never be sent.
func delivered(letters []Delivery, order Order, address string) bool {
	to := recipient(order, address)
	return slices.ContainsFunc(letters, func(letter Delivery) bool { return letter.To == to })
}

// outcome returns the state of a mail whose letters all have a delivery.
func outcome(letters []Delivery) MailState {
	if slices.ContainsFunc(letters, func(letter Delivery) bool { return letter.Unsent != "" }) {
		return Undelivered
	}
	return Sent
}
