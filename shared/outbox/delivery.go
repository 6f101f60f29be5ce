package outbox

import (
	"slices"
	"strings"

	"tenantry/shared/access"
)

// State is how far the mail of an order is.
type State string

// The states of a mail.
const (
	Sending     State = "sending" // it is owed
	Sent        State = "sent"    // the post has taken all of its letters, or there was nothing to send
	Undelivered State = "unsent"  // of its letters, one at least can never be sent
)

// Delivery is what became of one letter.
type Delivery struct {
	To      string // the recipient, by a name that shows no address
	Message string // the post's id of the letter; empty when it was not sent
	Unsent  Unsent // why it will never be sent; empty when it was
}

// Unsent tells why a letter can never be sent. It is an error of a Mailer.
type Unsent string

// Why letters are not sent.
const (
	NoSender   Unsent = "no-sender"   // the stack sends no mail
	BadAddress Unsent = "bad-address" // the post does not take such addresses
)

// Error says so.
func (u Unsent) Error() string { return "the mail can never be sent: " + string(u) }

// recipient names an address to other tries of the same order.
func recipient(order Order, address string) string {
	return access.Opaque("recipient", order.Event, strings.ToLower(address))
}

func delivered(letters []Delivery, order Order, address string) bool {
	to := recipient(order, address)
	return slices.ContainsFunc(letters, func(letter Delivery) bool { return letter.To == to })
}

func outcome(letters []Delivery) State {
	if slices.ContainsFunc(letters, func(letter Delivery) bool { return letter.Unsent != "" }) {
		return Undelivered
	}
	return Sent
}
