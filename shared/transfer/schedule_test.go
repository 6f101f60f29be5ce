package transfer_test

import (
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/operation"
)

// A schedule of the old owner ends when the customer leaves it, and the preview says so. The administrator's schedule
// stays.
func TestScheduleOfOldOwnerEndsWithMove(t *testing.T) {
	t.Parallel()
	for name, transferred := range flows {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, 1, maxPerTransaction)
				ofNorth, ofAdministrator, none := s.Customers[0], s.Customers[1], s.Customers[2]
				at := s.Now().Add(30 * 24 * time.Hour)
				s.schedule(t, ofNorth, s.North, at)
				s.schedule(t, ofAdministrator, s.Admin, at)
				for customer, want := range map[account.ID]bool{ofNorth: true, ofAdministrator: false, none: false} {
					if forecast := s.preview(t, transferred, customer); forecast.DropsSchedule != want {
						t.Errorf("the preview of %s says that a schedule is deleted: %t, want %t",
							customer, forecast.DropsSchedule, want)
					}
				}
				s.run(t, transferred.accept(s, ofNorth, ofAdministrator), 1)
				a := s.readAccount(t, ofNorth)
				if a.Schedule != nil || len(a.Holds) != 0 || a.Status(at) != account.Active {
					t.Errorf("the old owner's schedule has left %+v and the holds %+v, want none", a.Schedule, a.Holds)
				}
				a = s.readAccount(t, ofAdministrator)
				if a.PendingSchedule(s.Now()) == nil || a.Status(at) != account.Suspended {
					t.Errorf("the administrator's schedule has left the holds %+v, want it to stay", a.Holds)
				}
			})
		}
	}
}

func (s *scene) schedule(t *testing.T, customer, author account.ID, at time.Time) {
	t.Helper()
	actor := s.Caller(author).Account
	s.Edit(customer, event.ScheduleChanged, func(a *account.Account) {
		_, err := a.SetSchedule(&actor, account.ScheduleInput{SuspendAt: &at, Reason: "unpaid"}, s.Now())
		must(t, err)
	})
}

func (s *scene) preview(t *testing.T, transferred flow, customer account.ID) operation.Forecast {
	t.Helper()
	forecast, err := s.Processors()[transferred.kind].Preview(t.Context(), operation.Job{
		Caller: s.Caller(s.Admin), Item: operation.Item{Customer: customer, Plan: transferred.plan(s)},
		Operation: &operation.Operation{
			ID: "op_1", Kind: transferred.kind, Originator: s.Admin,
			Parameters: operation.Parameters{NewOwner: transferred.newOwner(s)},
		},
	})
	must(t, err)
	return forecast
}
