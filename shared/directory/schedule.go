package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Schedule is what is to happen to an account at a time, as a caller sees it.
type Schedule struct {
	SuspendAt     *time.Time    `json:"suspendAt,omitempty" doc:"Time at which the account is suspended."`
	ActivateAt    *time.Time    `json:"activateAt,omitempty" doc:"Time at which the suspension ends. Only a suspension by the account that set the schedule ends."`
	Reason        string        `json:"reason,omitempty" doc:"Visible to the owner and the administrator only. After a move, only the administrator sees the earlier owner's reason."`
	PublicMessage string        `json:"publicMessage,omitempty" doc:"Shown to everyone who is refused because of the suspension."`
	Level         account.Level `json:"level" enum:"administrator,reseller" doc:"Level of the account that set the schedule. Lower levels may not change it."`
	Actor         account.ID    `json:"actor,omitempty" doc:"Id of the account that set the schedule. Visible to the owner and the administrator only."`
	Version       int64         `json:"version" doc:"Version of the account."`
}

// viewSchedule shows a schedule of an account; nil stays nil.
func viewSchedule(caller access.Caller, of *account.Account, s *account.Schedule) *Schedule {
	if s == nil {
		return nil
	}
	shown := &Schedule{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, PublicMessage: s.PublicMessage, Level: s.Level, Version: of.Version,
	}
	earlier := s.Level == account.ResellerLevel && s.Actor != of.Owner
	if caller.IsAdministrator() || caller.Account.ID == of.Owner && !earlier {
		shown.Reason, shown.Actor = s.Reason, s.Actor
	}
	return shown
}

// Schedule sets when an account is suspended or activated by itself, in place of what was set before and has not begun.
// Errors: InvalidRequest; Conflict when an activation finds no hold of the caller's level to end; HeldByHigherLevel for a
// schedule of somebody above the caller; NotFound; Forbidden; VersionMismatch.
func (c Change) Schedule(ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.ScheduleInput) (Schedule, error) {
	return updateAs(ctx, c, caller, meta, id, func(a *target, now time.Time) (edit.Effects, error) {
		before := viewSchedule(caller, a.Account, a.PendingSchedule(now))
		changed, err := a.SetSchedule(&caller.Account, input, now)
		if err != nil || !changed {
			return edit.Effects{Nothing: !changed}, err
		}
		return scheduleChanged(before, viewSchedule(caller, a.Account, a.Schedule)), nil
	}, func(a *target) Schedule { return *viewSchedule(caller, a.Account, a.Schedule) })
}

// Withdraw withdraws the part of an account's schedule that has not begun; what has begun stays. Without such a part it changes
// nothing. Errors: fault.HeldByHigherLevel, fault.NotFound, fault.Forbidden, fault.VersionMismatch.
func (c Change) Withdraw(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	level, _ := account.LevelOf(caller.Account.Kind)
	_, err := updateAs(ctx, c, caller, meta, id, func(a *target, now time.Time) (edit.Effects, error) {
		before, err := a.WithdrawSchedule(level, now)
		if err != nil || before == nil {
			return edit.Effects{Nothing: before == nil}, err
		}
		return scheduleChanged(viewSchedule(caller, a.Account, before), nil), nil
	}, func(*target) struct{} { return struct{}{} })
	return err
}

// toldSchedule is a schedule as the trail tells it, where the account's version is beside it.
type toldSchedule struct {
	*Schedule

	Version *int64 `json:"version,omitempty"` // in the place of the schedule's: never there
}

// scheduleChanged describes a change of a schedule for the trail.
func scheduleChanged(before, after *Schedule) edit.Effects {
	told := account.FieldChange{Field: "schedule"}
	if before != nil {
		told.Old = toldSchedule{Schedule: before}
	}
	if after != nil {
		told.New = toldSchedule{Schedule: after}
	}
	return edit.Effects{Event: event.ScheduleChanged, Changes: []account.FieldChange{told}}
}

// Schedule returns the schedule of a customer or a reseller in the caller's view. Errors: NotFound, also without a schedule.
func (g Get) Schedule(ctx context.Context, caller access.Caller, id string) (Schedule, error) {
	if !account.ID(id).WellFormed() {
		return Schedule{}, access.NotInView()
	}
	found, err := g.Store.ReadAccount(ctx, account.ID(id))
	if err != nil {
		return Schedule{}, err
	}
	if found == nil || !caller.Sees(found) || found.Kind != account.Customer && found.Kind != account.Reseller {
		return Schedule{}, access.NotInView()
	}
	set := viewSchedule(caller, found, found.PendingSchedule(g.Now()))
	if set == nil {
		return Schedule{}, fault.New(fault.NotFound, "Nothing is scheduled for this account.")
	}
	return *set, nil
}
