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

// Times are stored and returned in UTC with milliseconds. Years after 9999 are rejected (RFC 3339).
func TestSubscriptionTimes(t *testing.T) {
	s := newScene(t)
	create := func(domain string, expires time.Time) (hosting.SubscriptionView, error) {
		return s.subs.Create(t.Context(), s.reseller, request.Metadata{}, string(s.own.Account.ID), hosting.NewSubscription{
			Domain: domain, ServicePlan: plan.Custom, ExpiresAt: &expires,
		})
	}
	created, err := create("a.example", time.Date(2027, 1, 1, 1, 0, 0, 123456789, time.FixedZone("", 3600)))
	s.must(err)
	if got := created.ExpiresAt.Format(time.RFC3339Nano); got != "2027-01-01T00:00:00.123Z" {
		t.Errorf("expiresAt = %s, want 2027-01-01T00:00:00.123Z", got)
	}
	if again := s.get(created.ID).ExpiresAt; !again.Equal(*created.ExpiresAt) || again.Location() != time.UTC {
		t.Errorf("expiresAt is read as %v, want the created time in UTC", again)
	}
	never := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)) // in UTC of the year 10000
	_, err = create("b.example", never)
	s.refused(err, fault.InvalidRequest)
	_, err = s.subs.Suspend(t.Context(), s.reseller, request.Metadata{}, created.ID, account.HoldInput{Until: &never})
	s.refused(err, fault.InvalidRequest)
}
