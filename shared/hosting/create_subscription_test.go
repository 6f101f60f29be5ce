package hosting_test

import (
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// A time is kept and shown in UTC, to the millisecond, and one that no answer could show is refused.
func TestTimesOfSubscriptions(t *testing.T) {
	s := newScene(t)
	create := func(domain string, expires time.Time) (hosting.SubscriptionView, error) {
		return s.subs.Create(t.Context(), s.reseller, request.Metadata{}, string(s.own.Account.ID), hosting.NewSubscription{
			Domain: domain, ServicePlan: plan.Custom, ExpiresAt: &expires,
		})
	}
	made, err := create("a.example", time.Date(2027, 1, 1, 1, 0, 0, 123456789, time.FixedZone("", 3600)))
	s.must(err)
	if got := made.ExpiresAt.Format(time.RFC3339Nano); got != "2027-01-01T00:00:00.123Z" {
		t.Errorf("expires at %s", got)
	}
	if again := s.get(made.ID).ExpiresAt; !again.Equal(*made.ExpiresAt) || again.Location() != time.UTC {
		t.Errorf("read again: %v", again)
	}
	never := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)) // in UTC of the year 10000
	_, err = create("b.example", never)
	s.refused(err, fault.InvalidRequest)
	_, err = s.subs.Suspend(t.Context(), s.reseller, request.Metadata{}, made.ID, account.HoldInput{Until: &never})
	s.refused(err, fault.InvalidRequest)
}
