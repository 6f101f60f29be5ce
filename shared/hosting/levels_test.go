package hosting_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// highest are the levels, the highest first.
var highest = []account.Level{account.AdministratorLevel, account.ResellerLevel, account.CustomerLevel}

// switches is what is switched off, and by whom: of the reseller, its customer, their subscriptions and websites. It is the
// rules said in another way: an entry for each object and level, and until when.
type switches struct {
	*estate

	off map[string]map[account.Level]time.Time
}

var endless = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *switches) by(level account.Level) access.Caller {
	return map[account.Level]func() access.Caller{
		account.AdministratorLevel: func() access.Caller { return s.admin },
		account.ResellerLevel:      func() access.Caller { return s.as(s.reseller) },
		account.CustomerLevel:      func() access.Caller { return s.as(s.customer) },
	}[level]()
}

// isOff tells whether something is off by itself.
func (s *switches) isOff(id string) bool {
	for _, until := range s.off[id] {
		if s.clock.Before(until) {
			return true
		}
	}
	return false
}

// lift takes off what a level may lift of something, and tells whether there was anything.
func (s *switches) lift(id string, by account.Level) (lifted bool) {
	maps.DeleteFunc(s.off[id], func(level account.Level, until time.Time) bool {
		if slices.Index(highest, by) > slices.Index(highest, level) {
			return false
		}
		lifted = lifted || s.clock.Before(until)
		return true
	})
	return lifted
}

// keepers are the levels that switch something off and on.
func (s *switches) keepers(id string) []account.Level {
	switch {
	case id == string(s.reseller):
		return highest[:1]
	case s.websites[id] != "":
		return highest
	}
	return highest[:2]
}

func (s *switches) suspend(r *rapid.T) {
	id, wanted := s.draw(r), account.HoldInput{Reason: rapid.SampledFrom([]string{"", "unpaid", "fraud"}).Draw(r, "reason")}
	level, end := rapid.SampledFrom(s.keepers(id)).Draw(r, "by"), endless
	if hours := rapid.IntRange(0, 3).Draw(r, "hours"); hours > 0 {
		end = s.clock.Add(time.Duration(hours) * time.Hour)
		wanted.Until = &end
	}
	var err error
	switch {
	case s.websites[id] != "":
		_, err = s.sites.Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, wanted)
	case slices.Contains(s.subscriptions, id):
		_, err = s.subs.Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, wanted)
	default:
		_, err = s.change().Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, wanted)
	}
	s.must(err)
	if s.off[id] == nil {
		s.off[id] = map[account.Level]time.Time{}
	}
	s.off[id][level] = end
}

func (s *switches) activate(r *rapid.T) {
	id := s.draw(r)
	level := rapid.SampledFrom(s.keepers(id)).Draw(r, "by")
	below := rapid.SampledFrom([]string{"", directory.AllSubscriptions, directory.InheritedSubscriptions}).Draw(r, "subscriptions")
	lifted := s.lift(id, level)
	refuse := !lifted && s.isOff(id)
	var err error
	switch {
	case s.websites[id] != "":
		_, err = s.sites.Activate(s.t.Context(), s.by(level), request.Metadata{}, id)
	case slices.Contains(s.subscriptions, id):
		_, err = s.subs.Activate(s.t.Context(), s.by(level), request.Metadata{}, id)
	default:
		_, err = s.change().Activate(s.t.Context(), s.by(level), request.Metadata{}, id, below)
	}
	if refuse {
		s.refused(err, fault.HeldByHigherLevel)
		return
	}
	s.must(err)
	if id == string(s.customer) && below != directory.InheritedSubscriptions {
		for _, subscription := range s.subscriptions {
			s.lift(subscription, level)
		}
	}
}

func (s *switches) draw(r *rapid.T) string {
	all := append([]string{string(s.reseller), string(s.customer)}, s.subscriptions...)
	return rapid.SampledFrom(append(all, slices.Sorted(maps.Keys(s.websites))...)).Draw(r, "what")
}

// check holds all that can be seen against the switches.
func (s *switches) check(r *rapid.T) {
	status := map[string]account.Status{}
	for _, id := range []account.ID{s.reseller, s.customer} {
		of := s.as(id).Account
		status[string(id)] = of.Status(s.clock)
	}
	for _, id := range s.subscriptions {
		of, err := s.subs.Get(s.t.Context(), s.admin, id)
		s.must(err)
		status[id] = of.Status
		sites, err := s.sites.List(s.t.Context(), s.admin, id, 0, "")
		s.must(err)
		for _, site := range sites.Items {
			status[site.ID] = site.Status
			gate, err := s.gate.Check(s.t.Context(), site.Domain)
			s.must(err)
			if open := !s.isOff(site.ID) && !s.isOff(id) && !s.isOff(string(s.customer)) && !s.isOff(string(s.reseller)); gate.Open != open {
				r.Fatalf("%s is open: %v; off are %v", site.Domain, gate.Open, s.off)
			}
		}
	}
	if len(status) != 8 {
		r.Fatalf("there are %v", status)
	}
	for id, is := range status {
		if (is == account.Suspended) != s.isOff(id) {
			r.Fatalf("%s is %s; off are %v", id, is, s.off)
		}
	}
}

// Suspended and activated in every order and at every level, nothing comes on that was switched off by itself, nobody lifts what
// a higher level holds, and an activation with subscriptions=inherited lifts only the account's own holds.
func TestSwitchesSurvive(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &switches{estate: newEstate(t, r), off: map[string]map[account.Level]time.Time{}}
		r.Repeat(map[string]func(*rapid.T){
			"suspend": s.suspend, "activate": s.activate, "": s.check,
			"wait": func(r *rapid.T) {
				s.clock = s.clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(r, "minutes")) * time.Minute)
			},
		})
	})
}
