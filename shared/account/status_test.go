package account

import (
	"testing"
	"time"
)

func TestStatusByTime(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := func(d time.Duration) *time.Time { u := now.Add(d); return &u }
	for name, test := range map[string]struct {
		hold Hold
		want Status
	}{
		"begun":        {Hold{Since: now.Add(-time.Hour)}, Suspended},
		"begins now":   {Hold{Since: now}, Suspended},
		"begins soon":  {Hold{Source: BySchedule, Since: now.Add(time.Second)}, Active},
		"clock behind": {Hold{Since: now.Add(time.Second)}, Suspended},
		"ends soon":    {Hold{Since: now.Add(-time.Hour), Until: at(time.Second)}, Suspended},
		"ends now":     {Hold{Since: now.Add(-time.Hour), Until: at(0)}, Active},
	} {
		a := Account{Holds: Holds{test.hold}}
		if got := a.Status(now); got != test.want {
			t.Errorf("%s: the status is %s, want %s", name, got, test.want)
		}
	}
}
