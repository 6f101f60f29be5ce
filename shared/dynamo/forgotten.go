package dynamo

import (
	"context"
	"errors"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/reset"
)

// forgottenItem is a request for a forgotten password. It is an event without an account, with the login and the e-mail
// address of the request.
type forgottenItem struct {
	eventItem
	Login account.Login `dynamodbav:"login"`
	Email string        `dynamodbav:"email"`
	TTL   int64         `dynamodbav:"ttl"`
}

func (s *forgottenItem) expired(now time.Time) bool { return s.TTL != 0 && now.Unix() >= s.TTL }

// WriteForgotten writes a request for a forgotten password. Round trips: 1.
func (s *Store) WriteForgotten(ctx context.Context, forgotten reset.Forgotten) error {
	e, err := newEventItem(forgotten.Event)
	t := s.beginWith(forgottenItem{
		eventItem: e, Login: forgotten.Login, Email: forgotten.Email, TTL: forgotten.Ends.Unix(),
	}, forgotten.Event.ID)
	t.err = errors.Join(t.err, err)
	t.putRecord(forgotten.Record, s.now())
	return s.commit(ctx, t)
}
