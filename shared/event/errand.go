package event

import (
	"errors"

	"tenantry/shared/account"
)

// Errand is a kind of work that is owed after an event, and that a function does from a queue.
type Errand string

// The errands.
const (
	FinishRemoval Errand = "finish-removal" // of a subscription, which a request has begun
	SweepBackup   Errand = "sweep-backup"   // what came into the storage under a backup that was deleted
)

// Order asks for the errand of an event. It may come more than once.
type Order struct {
	Event     string     `json:"event"`
	Account   account.ID `json:"account"`
	Subject   string     `json:"subject"`
	Actor     account.ID `json:"actor"`
	RequestID string     `json:"requestId"`
	Times     int        `json:"-"` // how often it has come, this time included
}

// ErrAgain says that an order is to come again: there is more to do, and nothing went wrong.
var ErrAgain = errors.New("the order is to come again")

// Order returns the order of the event's errand.
func (e *Event) Order() Order {
	return Order{Event: e.ID, Account: e.Account, Subject: e.Subject, Actor: e.Actor, RequestID: e.RequestID}
}
