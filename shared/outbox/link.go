package outbox

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/reset"
)

// AccountLimit is how many forgotten-password mails an account gets in an hour, whoever requests them. It gets one more
// if it has no valid link. Otherwise strangers could use up the limit and lock out the owner.
const AccountLimit = 5

// linkCondition reports whether a link may be mailed to the account, which has these valid links.
type linkCondition func(recipient *account.Account, valid []reset.Link) (bool, error)

// writeForgotten writes the letter for a forgotten-password request, if login and address belong together. If the
// account has as many valid links as it may have, there is no letter: a stranger's requests must not end a link that
// the owner has just received.
func (s Sender) writeForgotten(
	ctx context.Context,
	ordering *event.Event,
	request *reset.ForgottenRequest,
) ([]Envelope, error) {
	if !s.Now().Before(ordering.At.Add(giveUpAfter)) {
		return nil, errGivenUp
	}
	id, err := s.Store.FindLogin(ctx, request.Login)
	if err != nil || id == "" {
		return nil, err
	}
	isCounted := false // towards the account's limit
	return s.writeLink(ctx, id, ordering, s.Lifetimes.Reset, func(a *account.Account, valid []reset.Link) (bool, error) {
		if !request.IsFrom(a) {
			return false, nil
		}
		others := slices.DeleteFunc(slices.Clone(valid), func(link reset.Link) bool { return link.For == ordering.ID })
		switch {
		case len(others) >= reset.MaxLive:
			return false, nil
		case isCounted || len(others) < len(valid): // by this attempt or an earlier one
			return true, nil
		}
		limit := access.NewAttempt(AccountLimit, time.Hour, s.Now(), "forgotten mails of", string(id))
		isWithin, err := s.Store.TakeAttempt(ctx, limit)
		if err != nil || !isWithin && len(others) > 0 {
			return false, err
		}
		isCounted, err = s.limiter().TakeSent(ctx, event.ForgottenMail, a.Contact.Email, s.Now())
		return isCounted, err
	})
}

// writeWelcome writes the letter with which a new account sets its first password, unless it has set one.
func (s Sender) writeWelcome(ctx context.Context, ordering *event.Event) ([]Envelope, error) {
	return s.writeLink(
		ctx,
		ordering.Addressee(),
		ordering,
		s.Lifetimes.Welcome,
		func(a *account.Account, _ []reset.Link) (bool, error) { return a.PasswordVersion == 0, nil },
	)
}

func hasLinkFor(links []reset.Link, ordering *event.Event) bool {
	return slices.ContainsFunc(links, func(link reset.Link) bool { return link.For == ordering.ID })
}

// writeLink writes a letter with a new link if the condition holds.
func (s Sender) writeLink(
	ctx context.Context, id account.ID, ordering *event.Event, lifetime time.Duration, condition linkCondition,
) (envelopes []Envelope, err error) {
	err = edit.Retry(func() (err error) {
		envelopes, err = s.makeLink(ctx, id, ordering, lifetime, condition)
		return err
	})
	return envelopes, err
}

// makeLink is one attempt of writeLink. It returns fault.VersionMismatch if somebody else has created a link meanwhile.
func (s Sender) makeLink(
	ctx context.Context, id account.ID, ordering *event.Event, lifetime time.Duration, condition linkCondition,
) ([]Envelope, error) {
	recipient, links, _, err := s.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || recipient == nil {
		return nil, err
	}
	now := s.Now()
	if holds, err := condition(recipient, links.Live(recipient, now)); err != nil || !holds {
		return nil, err
	}
	token, after, err := links.Mint(s.Random, recipient, ordering.ID, lifetime, now)
	if err != nil {
		return nil, err
	}
	change := reset.LinksChange{Links: &after}
	if !hasLinkFor(links.Links, ordering) {
		// A link that replaces the link of an earlier attempt has no event: a long outage would fill the audit trail.
		change.Event = event.New(s.NewID, event.ResetLinkMailed, recipient, ordering.Actor, ordering.RequestID, now)
	}
	if err := s.Store.MakeLink(ctx, change); err != nil {
		return nil, err
	}
	contact := recipient.Contact
	hasTrouble := hasTrouble(recipient, contact.Email)
	return []Envelope{{To: contact.Email, Account: recipient.ID, HasTrouble: hasTrouble, Letter: Letter{
		Kind:      ordering.Mail,
		Recipient: contact.Email,
		Locale:    contact.Locale,
		Name:      contact.Name,
		Login:     string(recipient.Login),
		URL:       reset.URL(s.PublicURL, token, contact.Locale),
		Lifetime:  lifetime,
		ExpiresAt: now.Add(lifetime),
		At:        ordering.At,
	}}}, nil
}
