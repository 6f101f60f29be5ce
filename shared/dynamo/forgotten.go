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
func (s *Store) WriteForgotten(ctx context.Context, request reset.ForgottenRequest) error {
	e, err := newEventItem(request.Event)
	t := s.beginWith(forgottenItem{
		eventItem: e, Login: request.Login, Email: request.Email, TTL: request.Ends.Unix(),
	}, request.Event.ID)
	t.err = errors.Join(t.err, err)
	t.oweMail(request.Event)
	t.putRecord(request.Record, s.now())
	return s.commit(ctx, t)
}
