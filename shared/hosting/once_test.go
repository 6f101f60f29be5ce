package hosting_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/request"
)

// A request that changed nothing has taken effect: its retry changes nothing either.
func TestRetryAfterNoChangeChangesNothing(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	site := func() account.Status { return s.websites(id)[0].Status }
	siteID := s.websites(id)[0].ID
	for name, c := range map[string]struct {
		suspend, activate func(meta request.Metadata) error
		status            func() account.Status
	}{
		"a subscription": {
			func(r request.Metadata) error {
				_, err := s.subs.Suspend(t.Context(), s.reseller, r, id, account.HoldInput{})
				return err
			},
			func(r request.Metadata) error {
				_, err := s.subs.Activate(t.Context(), s.reseller, r, id)
				return err
			},
			func() account.Status { return s.get(id).Status },
		},
		"a website": {
			func(r request.Metadata) error {
				_, err := s.sites.Suspend(t.Context(), s.reseller, r, siteID, account.HoldInput{})
				return err
			},
			func(r request.Metadata) error {
				_, err := s.sites.Activate(t.Context(), s.reseller, r, siteID)
				return err
			},
			site,
		},
	} {
		suspending, activating := keyed("suspend", "1"+name, name), keyed("activate", "2"+name, name)
		s.must(c.activate(activating)) // nothing to do
		s.must(c.suspend(request.Metadata{}))
		s.must(c.activate(activating))
		if c.status() != account.Suspended {
			t.Errorf("%s was activated by a retry, want no change", name)
		}
		s.must(c.suspend(suspending)) // nothing to do
		s.must(c.activate(request.Metadata{}))
		s.must(c.suspend(suspending))
		if c.status() != account.Active {
			t.Errorf("%s was suspended by a retry, want no change", name)
		}
	}
}
