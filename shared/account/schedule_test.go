package account

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/clock"
	"tenantry/shared/fault"
)

var (
	noon          = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	administrator = &Account{ID: "adm_1", Kind: Administrator}
	reseller      = &Account{ID: "res_1", Kind: Reseller}
)

// tenThousand has five digits in its year once it is written in UTC.
var tenThousand = time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -86340))

// at returns the time a number of seconds after noon.
func at(seconds int) *time.Time {
	t := noon.Add(time.Duration(seconds) * time.Second)
	return &t
}

// held returns an account with a reseller's hold that began an hour ago.
func held(until *time.Time) Account {
	return Account{Holds: Holds{{Level: ResellerLevel, Source: ByReseller, Since: *at(-3600), Until: until}}}
}

// history returns the account's status at some seconds after noon: S if it is suspended, else -.
func history(a *Account, probes ...int) string {
	shown := ""
	for _, p := range probes {
		if a.Status(*at(p)) == Suspended {
			shown += "S"
		} else {
			shown += "-"
		}
	}
	return shown
}

// Each case has the status at noon, shortly before and after the scheduled times, and long after.
func TestScheduleOrders(t *testing.T) {
	probes := []int{0, 99, 100, 199, 200, 100000}
	for name, c := range map[string]struct {
		holds             Account
		suspend, activate *time.Time
		want              string
		refused           fault.Code
		pointer           string
		scheduled         bool // after noon
	}{
		"nothing":                          {refused: fault.InvalidRequest, pointer: ""},
		"suspend":                          {suspend: at(100), want: "--SSSS", scheduled: true},
		"suspend a held one":               {holds: held(nil), suspend: at(100), want: "SSSSSS", scheduled: true},
		"suspend one held until then":      {holds: held(at(50)), suspend: at(100), want: "S-SSSS", scheduled: true},
		"activate":                         {holds: held(nil), activate: at(200), want: "SSSS--", scheduled: true},
		"activate earlier than it ends":    {holds: held(at(5000)), activate: at(200), want: "SSSS--", scheduled: true},
		"activate later than it ends":      {holds: held(at(100)), activate: at(200), want: "SSSS--", scheduled: true},
		"activate what is not held":        {activate: at(200), refused: fault.Conflict},
		"activate what is over":            {holds: held(at(0)), activate: at(200), refused: fault.Conflict},
		"suspend, then activate":           {suspend: at(100), activate: at(200), want: "--SS--", scheduled: true},
		"suspend, then activate, held":     {holds: held(nil), suspend: at(100), activate: at(200), want: "SSSSSS", scheduled: true},
		"activate, then suspend":           {holds: held(nil), suspend: at(200), activate: at(100), want: "SS--SS", scheduled: true},
		"activate, then suspend, not held": {suspend: at(200), activate: at(100), refused: fault.Conflict},
		"both at once":                     {holds: held(nil), suspend: at(100), activate: at(100), refused: fault.InvalidRequest, pointer: "/activateAt"},
		"suspend just now":                 {suspend: at(-60), want: "SSSSSS"},
		"suspend long ago":                 {suspend: at(-61), refused: fault.InvalidRequest, pointer: "/suspendAt"},
		"activate just now":                {holds: held(nil), activate: at(-60), want: "------"},
		"activate long ago":                {holds: held(nil), activate: at(-61), refused: fault.InvalidRequest, pointer: "/activateAt"},
		"suspend just now, then activate":  {suspend: at(-10), activate: at(100), want: "SS----", scheduled: true},
		"activate just now, then suspend":  {holds: held(nil), activate: at(-10), suspend: at(100), want: "--SSSS", scheduled: true},
		"suspend in the year 10000":        {suspend: &tenThousand, refused: fault.InvalidRequest, pointer: "/suspendAt"},
		"activate in the year 10000":       {suspend: at(100), activate: &tenThousand, refused: fault.InvalidRequest, pointer: "/activateAt"},
		"both past, activated later":       {suspend: at(-20), activate: at(-10), want: "------"},
		"both past, suspended later":       {holds: held(nil), suspend: at(-10), activate: at(-20), want: "SSSSSS"},
		"both past, suspended, not held":   {suspend: at(-10), activate: at(-20), want: "SSSSSS"},
		"past, then suspend, not held":     {suspend: at(100), activate: at(-20), want: "--SSSS", scheduled: true},
		"activate just now, not held":      {activate: at(-10), refused: fault.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.holds.Clone()
			changed, err := a.SetSchedule(
				reseller,
				ScheduleInput{SuspendAt: c.suspend, ActivateAt: c.activate, PublicMessage: "m"},
				noon,
			)
			if c.refused != "" {
				if !fault.Is(err, c.refused) {
					t.Fatalf("error = %v, want %s", err, c.refused)
				}
				if f, _ := errors.AsType[*fault.Fault](err); c.pointer != "" && f.Fields[0].Pointer != c.pointer {
					t.Errorf("the errors are %+v, want one at %s", f.Fields, c.pointer)
				}
				return
			}
			if err != nil || !changed {
				t.Fatalf("SetSchedule() = %v, %v; want true", changed, err)
			}
			if got := history(&a, probes...); got != c.want {
				t.Errorf("the status is %s, want %s", got, c.want)
			}
			if got := a.PendingSchedule(noon) != nil; got != c.scheduled {
				t.Errorf("a schedule is pending: %v, want %v", got, c.scheduled)
			}
			if a.PendingSchedule(*at(100000)) != nil {
				t.Error("a schedule is pending after all its times, want none")
			}
		})
	}
}

// change sets or withdraws a schedule, or lifts holds, a number of seconds after noon.
type change struct {
	after             int
	by                *Account
	suspend, activate *time.Time
	withdraw          bool
	lift              bool
	refused           fault.Code
	same              bool
}

func TestScheduleChanges(t *testing.T) {
	for name, c := range map[string]struct {
		holds   Account
		changes []change
		probes  []int
		want    string
	}{
		"the same again": {changes: []change{{suspend: at(100)}, {after: 10, suspend: at(100), same: true}}, probes: []int{99, 100}, want: "-S"},
		"replaced before it began": {
			changes: []change{{suspend: at(100)}, {after: 10, suspend: at(200)}}, probes: []int{99, 100, 199, 200}, want: "---S",
		},
		"replaced after it began": {
			changes: []change{{suspend: at(100)}, {after: 150, suspend: at(200), activate: at(300)}}, probes: []int{100, 199, 250, 1000}, want: "SSSS",
		},
		"its end replaced after it began": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 150, activate: at(300)}}, probes: []int{100, 200, 299, 300}, want: "SSS-",
		},
		"sent again with another end just after it began": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 120, suspend: at(100), activate: at(300)}}, probes: []int{100, 200, 299, 300}, want: "SSS-",
		},
		"withdrawn before it began": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 50, withdraw: true}}, probes: []int{99, 100, 200}, want: "---",
		},
		"withdrawn after it began": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 150, withdraw: true}}, probes: []int{100, 200, 1000}, want: "SSS",
		},
		"withdrawn after it ended": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 250, withdraw: true, same: true}}, probes: []int{100, 200, 1000}, want: "S--",
		},
		"an end withdrawn": {
			holds: held(nil), changes: []change{{activate: at(100)}, {after: 50, withdraw: true}}, probes: []int{99, 100, 1000}, want: "SSS",
		},
		"an end withdrawn that was there before": {
			holds: held(at(500)), changes: []change{{activate: at(100)}, {after: 50, withdraw: true}}, probes: []int{99, 100, 499, 500}, want: "SSS-",
		},
		"an end replaced": {
			holds: held(at(500)), changes: []change{{activate: at(100)}, {after: 50, activate: at(200)}, {after: 60, withdraw: true}},
			probes: []int{100, 200, 499, 500}, want: "SSS-",
		},
		"the second half withdrawn": {
			holds: held(nil), changes: []change{{activate: at(100), suspend: at(200)}, {after: 150, withdraw: true}}, probes: []int{99, 100, 200}, want: "S--",
		},
		"nothing withdrawn": {changes: []change{{withdraw: true, same: true}}, probes: []int{0}, want: "-"},
		"activated by hand before it began": {
			holds: held(nil), changes: []change{{suspend: at(100), activate: at(200)}, {after: 50, lift: true}}, probes: []int{50, 99, 100, 200}, want: "--S-",
		},
		"activated by hand after it began": {
			changes: []change{{suspend: at(100), activate: at(200)}, {after: 150, lift: true}, {after: 160, withdraw: true, same: true}}, probes: []int{150, 199, 200}, want: "---",
		},
		"a reseller on the administrator's": {
			changes: []change{
				{by: administrator, suspend: at(100)}, {suspend: at(50), refused: fault.HeldByHigherLevel}, {withdraw: true, refused: fault.HeldByHigherLevel},
			},
			probes: []int{50, 99, 100}, want: "--S",
		},
		"a reseller after the administrator's": {
			changes: []change{{by: administrator, suspend: at(100)}, {after: 110, suspend: at(200), activate: at(300)}}, probes: []int{110, 300, 1000}, want: "SSS",
		},
		"the administrator on a reseller's": {
			changes: []change{{suspend: at(100)}, {by: administrator, suspend: at(200)}}, probes: []int{100, 199, 200}, want: "--S",
		},
		"the administrator ends only its own": {
			holds: held(nil), changes: []change{{by: administrator, activate: at(100), refused: fault.Conflict}}, probes: []int{100}, want: "S",
		},
		"refused, and so as before": {
			holds:   Account{},
			changes: []change{{suspend: at(100)}, {after: 50, suspend: at(-100), refused: fault.InvalidRequest}}, probes: []int{99, 100}, want: "-S",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.holds.Clone()
			for i, step := range c.changes {
				tried := a.Clone()
				changed, err := step.apply(&tried)
				if step.refused != "" && !fault.Is(err, step.refused) ||
					step.refused == "" && (err != nil || changed == step.same) {
					wantChanged := step.refused == "" && !step.same
					t.Fatalf("step %d: got changed %v, %v, want %v, %q", i, changed, err, wantChanged, step.refused)
				}
				if err == nil {
					a = tried
				}
			}
			if got := history(&a, c.probes...); got != c.want {
				t.Errorf("the status is %s, want %s, by the holds %+v", got, c.want, a.Holds)
			}
		})
	}
}

func (c change) apply(a *Account) (bool, error) {
	by, now := c.by, *at(c.after)
	if by == nil {
		by = reseller
	}
	level, _ := LevelOf(by.Kind)
	switch {
	case c.lift:
		a.Lift(level, now)
		return true, nil
	case c.withdraw:
		before, err := a.WithdrawSchedule(level, now)
		return before != nil, err
	}
	return a.SetSchedule(by, ScheduleInput{SuspendAt: c.suspend, ActivateAt: c.activate}, now)
}

// The hold of a schedule has the level of its author, and times in whole milliseconds.
func TestScheduledHold(t *testing.T) {
	a := Account{}
	odd := at(100).Add(123456 * time.Nanosecond).In(time.FixedZone("CET", 3600))
	if _, err := a.SetSchedule(
		administrator,
		ScheduleInput{SuspendAt: &odd, Reason: "r", PublicMessage: "m"},
		noon,
	); err != nil {
		t.Fatal(err)
	}
	want := Hold{
		Level:         AdministratorLevel,
		Source:        BySchedule,
		Actor:         "adm_1",
		Reason:        "r",
		PublicMessage: "m",
		Since:         *at(100),
	}
	if len(a.Holds) != 1 || a.Holds[0] != want {
		t.Errorf("the holds are %+v, want %+v", a.Holds, want)
	}
	if lifted := a.Lift(ResellerLevel, *at(200)); lifted != nil || a.Status(*at(200)) != Suspended {
		t.Errorf("a reseller lifted the administrator's hold %v", lifted)
	}
}

// An account is due at its next change, and stays due after the change until ExpireHolds.
func TestDueUntilExpired(t *testing.T) {
	a := Account{}
	if _, err := a.SetSchedule(reseller, ScheduleInput{SuspendAt: at(100), ActivateAt: at(200)}, noon); err != nil {
		t.Fatal(err)
	}
	expect := func(now int, due *time.Time, suspended bool) {
		t.Helper()
		if !clock.Same(a.DueAt, due) || a.ListedSuspended != suspended {
			t.Errorf("after %ds: due %v, listed as suspended %v; want %v, %v", now, a.DueAt, a.ListedSuspended, due, suspended)
		}
	}
	a.RefreshStatus(noon)
	expect(0, at(100), false)
	a.RefreshStatus(*at(150)) // an edit of something else
	expect(150, at(100), true)
	begun, ended := a.ExpireHolds(*at(160))
	if len(begun) != 1 || len(ended) != 0 || a.Schedule == nil {
		t.Errorf("at 160s: %v have begun, %v have ended, schedule %v", begun, ended, a.Schedule)
	}
	expect(160, at(200), true)
	begun, ended = a.ExpireHolds(*at(1000))
	if len(begun) != 0 || len(ended) != 1 || a.Holds != nil || a.Schedule != nil || !clock.Same(a.LiftedAt, at(200)) {
		t.Errorf("at 1000s: %v have begun, %v have ended, left %+v", begun, ended, a)
	}
	expect(1000, nil, false)
}
