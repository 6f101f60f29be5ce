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

// highest are the levels in descending order.
var highest = []account.Level{account.AdministratorLevel, account.ResellerLevel, account.CustomerLevel}

// switches is a model of the rules: for each reseller, customer, subscription and website, the levels that have
// switched it off, and until when.
type switches struct {
	*fixture

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

// isOff reports whether an object has a hold of its own.
func (s *switches) isOff(id string) bool {
	for _, until := range s.off[id] {
		if s.clock.Before(until) {
			return true
		}
	}
	return false
}

// lift removes the holds that a level may lift. It reports whether it has removed present holds, and holds that had
// ended before.
func (s *switches) lift(id string, by account.Level) (lifted, hadEnded bool) {
	maps.DeleteFunc(s.off[id], func(level account.Level, until time.Time) bool {
		if slices.Index(highest, by) > slices.Index(highest, level) {
			return false
		}
		lifted, hadEnded = lifted || s.clock.Before(until), hadEnded || !s.clock.Before(until)
		return true
	})
	return lifted, hadEnded
}

// liftBelow lifts holds on all subscriptions, like lift.
func (s *switches) liftBelow(by account.Level) (lifted, hadEnded bool) {
	for _, subscription := range s.subscriptions {
		isLifted, isOver := s.lift(subscription, by)
		lifted, hadEnded = lifted || isLifted, hadEnded || isOver
	}
	return lifted, hadEnded
}

// keepers returns the levels that may suspend and activate an object.
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
	id, input := s.draw(r), account.HoldInput{Reason: rapid.SampledFrom([]string{"", "unpaid", "fraud"}).Draw(r, "reason")}
	level, end := rapid.SampledFrom(s.keepers(id)).Draw(r, "by"), endless
	if hours := rapid.IntRange(0, 3).Draw(r, "hours"); hours > 0 {
		end = s.clock.Add(time.Duration(hours) * time.Hour)
		input.Until = &end
	}
	var err error
	switch {
	case s.websites[id] != "":
		_, err = s.sites.Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, input)
	case slices.Contains(s.subscriptions, id):
		_, err = s.subs.Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, input)
	default:
		_, err = s.change().Suspend(s.t.Context(), s.by(level), request.Metadata{}, id, input)
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
	below := rapid.SampledFrom([]string{"", directory.AllSubscriptions, directory.InheritedSubscriptions}).
		Draw(r, "subscriptions")
	wasOff := s.isOff(id)
	lifted, _ := s.lift(id, level)
	hadEnded := false
	if id == string(s.customer) && below != directory.InheritedSubscriptions {
		var isLifted bool
		isLifted, hadEnded = s.liftBelow(level)
		lifted = lifted || isLifted
	}
	var err error
	switch {
	case s.websites[id] != "":
		_, err = s.sites.Activate(s.t.Context(), s.by(level), request.Metadata{}, id)
	case slices.Contains(s.subscriptions, id):
		_, err = s.subs.Activate(s.t.Context(), s.by(level), request.Metadata{}, id)
	default:
		_, err = s.change().Activate(s.t.Context(), s.by(level), request.Metadata{}, id, below)
	}
	switch {
	case lifted || !wasOff:
		s.must(err)
	case err != nil || !hadEnded: // a hold that has ended counts until the sweep has removed it
		s.refused(err, fault.HeldByHigherLevel)
	}
}

func (s *switches) draw(r *rapid.T) string {
	all := append([]string{string(s.reseller), string(s.customer)}, s.subscriptions...)
	return rapid.SampledFrom(append(all, slices.Sorted(maps.Keys(s.websites))...)).Draw(r, "what")
}

// check compares every status and the gate with the model.
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
			if open := !s.isOff(site.ID) && !s.isOff(id) && !s.isOff(string(s.customer)) &&
				!s.isOff(string(s.reseller)); gate.Open != open {
				r.Fatalf("the gate says open %v for %s, want the opposite; off are %v", gate.Open, site.Domain, s.off)
			}
		}
	}
	if len(status) != 8 {
		r.Fatalf("there are the objects %v, want 8", status)
	}
	for id, is := range status {
		if (is == account.Suspended) != s.isOff(id) {
			r.Fatalf("%s is %s, want the opposite; off are %v", id, is, s.off)
		}
	}
}

// In every order of suspensions and activations at every level, objects keep their own holds, nobody lifts the hold of
// a higher level, and an activation with subscriptions=inherited lifts only the account's own holds.
func TestOwnHoldsSurvive(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &switches{fixture: newFixture(t, r), off: map[string]map[account.Level]time.Time{}}
		r.Repeat(map[string]func(*rapid.T){
			"suspend": s.suspend, "activate": s.activate, "": s.check,
			"wait": func(r *rapid.T) {
				s.clock = s.clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(r, "minutes")) * time.Minute)
			},
		})
	})
}
