package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// leaseItem is the state of an event's mail: owed, leased until a time, or done. It is due until it is done.
type leaseItem struct {
	keyed
	dueKeys
	Account   account.ID       `dynamodbav:"account,omitempty"` // of an owed mail
	State     outbox.MailState `dynamodbav:"state"`
	OrderedAt int64            `dynamodbav:"orderedAt,omitempty"` // Unix time in milliseconds, as is Until
	Until     int64            `dynamodbav:"until"`               // the end of the last lease; 0 before the first one
	HandOvers int              `dynamodbav:"handOvers,omitempty"`
	Letters   []deliveryItem   `dynamodbav:"letters,omitempty"`
	TTL       int64            `dynamodbav:"ttl"`
}

type deliveryItem struct {
	Recipient string        `dynamodbav:"to"`
	MessageID string        `dynamodbav:"message,omitempty"`
	Unsent    outbox.Unsent `dynamodbav:"unsent,omitempty"`
}

// leaseRetention is the time after which the state of a mail is deleted.
const leaseRetention = 30 * 24 * time.Hour

// oweMail adds the state of the mail that an event orders, if it orders one. From then on the table shows that the mail
// is owed, whatever becomes of its message.
func (t *transaction) oweMail(e event.Event) {
	if e.Mail == "" {
		return
	}
	dueAt := e.At.Add(outbox.FirstPause)
	t.put(leaseItem{
		keyed: leaseKey(e.ID).fields(), dueKeys: newDueKeys(e.ID, &dueAt), Account: e.Account, State: outbox.Sending,
		OrderedAt: e.At.UnixMilli(), TTL: e.At.Add(leaseRetention).Unix(),
	})
}

// ReadOwed returns the mail of an event, or nil if it is not due: it is done, or its state has expired. Round trips: 1.
func (s *Store) ReadOwed(ctx context.Context, eventID string) (*outbox.Owed, error) {
	found, err := s.get(ctx, consistent, leaseKey(eventID))
	if err != nil || found == nil {
		return nil, err
	}
	var stored leaseItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, fmt.Errorf("owed mail: %w", err)
	}
	dueAt := stored.time()
	if dueAt == nil || stored.State != outbox.Sending {
		return nil, nil
	}
	return &outbox.Owed{
		Message:   outbox.Message{Event: eventID, Account: stored.Account},
		OrderedAt: time.UnixMilli(stored.OrderedAt).UTC(),
		DueAt:     *dueAt,
		LeaseEnds: time.UnixMilli(stored.Until).UTC(),
		HandOvers: stored.HandOvers,
	}, nil
}

// PostponeMail makes an owed mail due at a later time, with the number of its hand-overs. It does nothing if the mail is
// done or was postponed meanwhile. Round trips: 1.
func (s *Store) PostponeMail(ctx context.Context, owed outbox.Owed, until time.Time, handOvers int) error {
	after := newDueKeys(owed.Message.Event, &until)
	before := newDueKeys(owed.Message.Event, &owed.DueAt)
	_, err := s.updateItem(ctx, leaseKey(owed.Message.Event),
		update{}.set(dueByShard.sort, after.DueAt).set("handOvers", handOvers),
		equals("state", outbox.Sending).And(equals(dueByShard.sort, before.DueAt)))
	if _, failed := asConditionFailure(err); failed {
		return nil
	}
	return callError(err, "postpone a mail")
}

// ReadMailEvent returns the event of a message, and the request for a forgotten password if the event has no account.
// It returns nil if they do not exist or have expired. Round trips: 1.
func (s *Store) ReadMailEvent(
	ctx context.Context,
	message outbox.Message,
) (*event.Event, *reset.ForgottenRequest, error) {
	k := eventKey(message.Account, message.Event)
	if message.Account == "" {
		k = forgottenKey(message.Event)
	}
	found, err := s.get(ctx, consistent, k)
	if err != nil || found == nil {
		return nil, nil, err
	}
	var stored forgottenItem // an event of an account is one without the additional attributes
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, nil, err
	}
	e, err := stored.event()
	switch {
	case stored.expired(s.now()):
		return nil, nil, err
	case err != nil, message.Account != "":
		return &e, nil, err
	}
	return &e, &reset.ForgottenRequest{
		Event: e, Login: stored.Login, Email: stored.Email, Ends: time.Unix(stored.TTL, 0).UTC(),
	}, nil
}

// LeaseMail leases the mail of an event until a time, and returns the deliveries so far. It returns false if the mail
// is done, and outbox.ErrLeased if another lease has not ended. Round trips: 1.
func (s *Store) LeaseMail(
	ctx context.Context, message outbox.Message, until time.Time,
) (deliveries []outbox.Delivery, isDue bool, err error) {
	updated, err := s.updateItem(ctx, leaseKey(message.Event),
		update{}.set("state", outbox.Sending).set("until", until.UnixMilli()).
			set(expiryAttribute, until.Add(leaseRetention).Unix()),
		notExists().Or(equals("state", outbox.Sending).And(attribute("until").LessThanEqual(value(s.now().UnixMilli())))))
	found, failed := asConditionFailure(err)
	switch {
	case failed && textOf(found["state"]) != string(outbox.Sending):
		return nil, false, nil
	case failed:
		return nil, false, outbox.ErrLeased
	case err != nil:
		return nil, false, callError(err, "lease a mail")
	}
	var stored leaseItem
	if err := attributevalue.UnmarshalMap(updated, &stored); err != nil {
		return nil, false, fmt.Errorf("lease: %w", err)
	}
	for _, delivery := range stored.Letters {
		deliveries = append(deliveries, outbox.Delivery(delivery))
	}
	return deliveries, true, nil
}

// RecordDeliveries writes the state and the deliveries of an event's mail. A mail that is done is not due any more. If
// it is a mail for a forgotten password, RecordDeliveries deletes the request, which has the login and the address that
// somebody entered. Round trips: 1, and 1 more for a request that is done.
func (s *Store) RecordDeliveries(
	ctx context.Context,
	message outbox.Message,
	state outbox.MailState,
	deliveries []outbox.Delivery,
) error {
	stored := make([]deliveryItem, 0, len(deliveries))
	for _, delivery := range deliveries {
		stored = append(stored, deliveryItem(delivery))
	}
	changes := update{}.set("state", state).set("letters", stored).
		set(expiryAttribute, s.now().Add(leaseRetention).Unix())
	if state != outbox.Sending {
		changes = changes.remove(dueByShard.partition).remove(dueByShard.sort).remove("account")
	}
	_, err := s.updateItem(ctx, leaseKey(message.Event), changes, condition{})
	if err != nil || message.Account != "" || state == outbox.Sending {
		return callError(err, "write the state of a mail")
	}
	err = s.deleteItem(ctx, forgottenKey(message.Event), condition{})
	return callError(err, "delete a request for a forgotten password")
}
