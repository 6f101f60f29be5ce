package hosting_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/request"
)

// domain is the only domain of a store: a website, its subscription and the accounts above.
type domain struct {
	website      hosting.Website
	subscription hosting.Subscription
	chain        hosting.Chain
}

func (d *domain) ReadDomain(
	context.Context, string,
) (*hosting.Website, *hosting.Subscription, hosting.Chain, error) {
	return &d.website, &d.subscription, d.chain, nil
}

func newDomain(owner *account.Account) *domain {
	d := &domain{
		website:      hosting.Website{ID: "web_1", Subscription: "sub_1", Customer: owner.ID, Domain: "a.example"},
		subscription: hosting.Subscription{ID: "sub_1", Customer: owner.ID},
		chain:        hosting.Chain{*owner},
	}
	return d
}

// at returns the gate's answer at a time.
func (d *domain) at(t testing.TB, now time.Time) hosting.Serving {
	t.Helper()
	serving, err := hosting.Gate{Store: d, Now: func() time.Time { return now }}.Check(t.Context(), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	return serving
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func minutes(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// The answer names everything above the domain, so that a node knows which changes void it.
func TestGateNamesTheObjectsAboveADomain(t *testing.T) {
	reseller := account.Account{ID: "res_1", Kind: account.Reseller}
	customer := account.Account{ID: "cus_1", Kind: account.Customer, Owner: "res_1"}
	for name, c := range map[string]struct {
		chain hosting.Chain
		want  hosting.ServingIDs
	}{
		"customer of a reseller": {
			hosting.Chain{customer, reseller},
			hosting.ServingIDs{Website: "web_1", Subscription: "sub_1", Customer: "cus_1", Reseller: "res_1"},
		},
		"customer of the administrator": {
			hosting.Chain{customer}, hosting.ServingIDs{Website: "web_1", Subscription: "sub_1", Customer: "cus_1"},
		},
		"reseller's own subscription": {
			hosting.Chain{reseller},
			hosting.ServingIDs{Website: "web_1", Subscription: "sub_1", Customer: "res_1", Reseller: "res_1"},
		},
	} {
		d := newDomain(&customer)
		d.chain = c.chain
		if got := d.at(t, noon).IDs; got != c.want {
			t.Errorf("%s: got the ids %+v, want %+v", name, got, c.want)
		}
	}
}

func TestGateAnnouncesItsChanges(t *testing.T) {
	by := func(source account.Source, since int, until *time.Time) account.Hold {
		return account.Hold{Level: account.AdministratorLevel, Source: source, Since: minutes(since), Until: until}
	}
	admin := func(since int, until *time.Time) account.Hold { return by(account.ByAdministrator, since, until) }
	schedule := func(since int, until *time.Time) account.Hold { return by(account.BySchedule, since, until) }
	at := func(n int) *time.Time { t := minutes(n); return &t }
	for name, c := range map[string]struct {
		website, subscription, customer account.Holds
		expiresAt                       *time.Time
		isOpen                          bool
		until, changesAt                *time.Time
	}{
		"no holds":             {isOpen: true},
		"an endless hold":      {website: account.Holds{admin(-5, nil)}},
		"a hold with an end":   {website: account.Holds{admin(-5, at(5))}, until: at(5), changesAt: at(5)},
		"a hold that is over":  {website: account.Holds{admin(-5, at(-1))}, isOpen: true},
		"a later hold":         {customer: account.Holds{schedule(3, nil)}, isOpen: true, changesAt: at(3)},
		"an expiry":            {expiresAt: at(7), isOpen: true, changesAt: at(7)},
		"a past expiry":        {expiresAt: at(-7)},
		"an end after another": {website: account.Holds{admin(-5, at(5))}, customer: account.Holds{admin(-1, at(9))}, until: at(9), changesAt: at(5)},
		"an end and no end":    {website: account.Holds{admin(-5, at(5))}, customer: account.Holds{admin(-1, nil)}, changesAt: at(5)},
		"a hold that begins before the other ends": {
			website: account.Holds{admin(-5, at(5))}, customer: account.Holds{schedule(4, at(8))}, until: at(8), changesAt: at(4),
		},
		"a hold that begins when the other ends": {
			website: account.Holds{admin(-5, at(5))}, customer: account.Holds{schedule(5, at(8))}, until: at(8), changesAt: at(5),
		},
		"a hold that begins after the other ends": {
			website: account.Holds{admin(-5, at(5))}, customer: account.Holds{schedule(6, nil)}, until: at(5), changesAt: at(5),
		},
		"an expiry before the end": {website: account.Holds{admin(-5, at(5))}, expiresAt: at(4), changesAt: at(4)},
		"an expiry at the end":     {website: account.Holds{admin(-5, at(5))}, expiresAt: at(5), changesAt: at(5)},
		"an expiry after the end":  {website: account.Holds{admin(-5, at(5))}, expiresAt: at(6), until: at(5), changesAt: at(5)},
		"a void hold":              {subscription: account.Holds{admin(-5, at(5))}, isOpen: true},
	} {
		d := newDomain(&account.Account{ID: "cus_1", Kind: account.Customer})
		d.chain[0].LiftMarks = account.LiftMarks{account.AdministratorLevel: 7}
		d.website.Holds, d.subscription.Holds, d.chain[0].Holds = c.website, c.subscription, c.customer
		d.subscription.ExpiresAt = c.expiresAt
		got := d.at(t, noon)
		if got.Open != c.isOpen || !reflect.DeepEqual(got.Until, c.until) || !reflect.DeepEqual(got.ChangesAt, c.changesAt) {
			t.Errorf("%s: got open %v, until %v, changesAt %v; want %v, %v, %v",
				name, got.Open, got.Until, got.ChangesAt, c.isOpen, c.until, c.changesAt)
		}
	}
}

// drawHolds draws holds that have begun, are scheduled, or are over.
func drawHolds(r *rapid.T, label string) (holds account.Holds) {
	for range rapid.IntRange(0, 2).Draw(r, label) {
		hold := account.Hold{
			Level: account.ResellerLevel, Source: account.ByReseller, Since: minutes(rapid.IntRange(-9, 0).Draw(r, "since")),
			PublicMessage: rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "message"),
			Sequence:      rapid.Int64Range(1, 3).Draw(r, "sequence"),
		}
		if rapid.Bool().Draw(r, "scheduled") {
			hold.Source, hold.Since = account.BySchedule, minutes(rapid.IntRange(-9, 9).Draw(r, "begins"))
		}
		if rapid.Bool().Draw(r, "ends") {
			until := hold.Since.Add(time.Duration(rapid.IntRange(1, 12).Draw(r, "lasts")) * time.Minute)
			hold.Until = &until
		}
		holds = append(holds, hold)
	}
	return holds
}

// A node that asks again at changesAt never shows an old answer, and a closed domain opens at until and not before.
func TestGateForecastIsRight(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := newDomain(&account.Account{ID: "cus_1", Kind: account.Customer})
		d.chain = append(d.chain, account.Account{ID: "res_1", Kind: account.Reseller, Holds: drawHolds(r, "reseller")})
		d.chain[0].Holds = drawHolds(r, "customer")
		d.chain[0].LiftMarks = account.LiftMarks{account.ResellerLevel: rapid.Int64Range(0, 3).Draw(r, "mark")}
		d.website.Holds, d.subscription.Holds = drawHolds(r, "website"), drawHolds(r, "subscription")
		if rapid.Bool().Draw(r, "expires") {
			expires := minutes(rapid.IntRange(-3, 12).Draw(r, "expiry"))
			d.subscription.ExpiresAt = &expires
		}
		first := d.at(t, noon)
		if first.Open && first.Until != nil {
			r.Fatalf("an open domain opens at %v, want no time", first.Until)
		}
		for half := range 60 { // a time between two changes, and each time at which something may change
			now := noon.Add(time.Duration(half) * 30 * time.Second)
			got := d.at(t, now)
			if first.ChangesAt == nil || now.Before(*first.ChangesAt) {
				got.Since = first.Since // an open domain's time does not matter to nodes
				if !reflect.DeepEqual(got, first) {
					r.Fatalf("the answer changes before %v: at %v it is %+v, at first %+v", first.ChangesAt, now, got, first)
				}
			}
			switch {
			case first.Open || first.Until != nil && now.After(*first.Until):
			case got.Open != (first.Until != nil && now.Equal(*first.Until)):
				r.Fatalf("at %v: open %v; the first answer says closed until %v", now, got.Open, first.Until)
			}
		}
	})
}

// A suspension with an end, as callers place it.
func TestGateOfASuspendedCustomer(t *testing.T) {
	s := newFixture(t, t)
	end := s.clock.Add(time.Hour)
	input := account.HoldInput{Until: &end, PublicMessage: "Back at ten."}
	_, err := s.change().Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, string(s.customer), input)
	s.must(err)
	got, err := s.gate.Check(t.Context(), "first0.example")
	s.must(err)
	if got.Open || !reflect.DeepEqual(got.Until, &end) || !reflect.DeepEqual(got.ChangesAt, &end) ||
		got.IDs.Customer != s.customer || got.IDs.Reseller != s.reseller ||
		got.IDs.Subscription != s.subscriptions[0] || s.websites[got.IDs.Website] != s.subscriptions[0] {
		t.Errorf("got %+v, want it closed until %v, with the ids above the website", got, end)
	}
	_, err = s.gate.Check(t.Context(), "nobodys.example")
	s.refused(err, fault.NotFound)
}
