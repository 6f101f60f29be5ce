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

// Schedule is the planned suspension and activation of an account, as a caller sees it.
type Schedule struct {
	SuspendAt     *time.Time    `json:"suspendAt,omitempty" doc:"Time at which the account is suspended."`
	ActivateAt    *time.Time    `json:"activateAt,omitempty" doc:"Time at which the suspension ends. Only a suspension by the account that set the schedule ends."`
	Reason        string        `json:"reason,omitempty" doc:"Visible to the owner and the administrator only. After a move, only the administrator sees the earlier owner's reason."`
	PublicMessage string        `json:"publicMessage,omitempty" doc:"Shown to everyone who is refused because of the suspension."`
	Level         account.Level `json:"level" enum:"administrator,reseller" doc:"Level of the account that set the schedule. Lower levels may not change it."`
	Actor         account.ID    `json:"actor,omitempty" doc:"Id of the account that set the schedule. Visible to the owner and the administrator only."`
	Version       int64         `json:"version" doc:"Version of the account."`
}

// viewSchedule returns a schedule of an account as the caller sees it, or nil if the schedule is nil. Only the
// administrator and the owner see its reason and actor. The owner does not see those of an earlier owner.
func viewSchedule(caller access.Caller, a *account.Account, s *account.Schedule) *Schedule {
	if s == nil {
		return nil
	}
	result := &Schedule{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, PublicMessage: s.PublicMessage, Level: s.Level, Version: a.Version,
	}
	isByEarlierOwner := s.Level == account.ResellerLevel && s.Actor != a.Owner
	if caller.IsAdministrator() || caller.Account.ID == a.Owner && !isByEarlierOwner {
		result.Reason, result.Actor = s.Reason, s.Actor
	}
	return result
}

// Schedule sets the times at which an account is suspended and activated. It replaces the part of the current schedule
// that has not begun. It returns fault.Conflict if there is an activation but no hold of the caller's level to end. It
// returns fault.HeldByHigherLevel if an account above the caller set the current schedule. It also returns
// fault.InvalidRequest, fault.NotFound, fault.Forbidden or fault.VersionMismatch.
func (c Change) Schedule(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	input account.ScheduleInput,
) (Schedule, error) {
	return updateAs(ctx, c, caller, meta, id, func(a *target, now time.Time) (edit.Effects, error) {
		before := viewSchedule(caller, a.Account, a.PendingSchedule(now))
		isChanged, err := a.SetSchedule(&caller.Account, input, now)
		if err != nil || !isChanged {
			return edit.Effects{Nothing: !isChanged}, err
		}
		return scheduleChanged(before, viewSchedule(caller, a.Account, a.Schedule)), nil
	}, func(a *target) Schedule { return *viewSchedule(caller, a.Account, a.Schedule) })
}

// Withdraw removes the part of an account's schedule that has not begun. A part that has begun stays. Without a part to
// remove, the account does not change. It returns fault.HeldByHigherLevel, fault.NotFound, fault.Forbidden or
// fault.VersionMismatch.
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

// trailSchedule is a schedule as the audit trail records it. The event has the account's version, so the schedule has
// none.
type trailSchedule struct {
	*Schedule

	Version *int64 `json:"version,omitempty"` // hides Schedule.Version; always nil
}

// scheduleChanged returns the effects of a changed schedule.
func scheduleChanged(before, after *Schedule) edit.Effects {
	change := account.FieldChange{Field: "schedule"}
	if before != nil {
		change.Old = trailSchedule{Schedule: before}
	}
	if after != nil {
		change.New = trailSchedule{Schedule: after}
	}
	return edit.Effects{Event: event.ScheduleChanged, Changes: []account.FieldChange{change}}
}

// Schedule returns the schedule of a customer or a reseller in the caller's view. It returns fault.NotFound if the
// account is outside the caller's view or has no schedule.
func (g Get) Schedule(ctx context.Context, caller access.Caller, id string) (Schedule, error) {
	if !account.ID(id).WellFormed() {
		return Schedule{}, fault.NotInView()
	}
	found, err := g.Store.ReadAccount(ctx, account.ID(id))
	if err != nil {
		return Schedule{}, err
	}
	if found == nil || !caller.Sees(found) || found.Kind != account.Customer && found.Kind != account.Reseller {
		return Schedule{}, fault.NotInView()
	}
	schedule := viewSchedule(caller, found, found.PendingSchedule(g.Now()))
	if schedule == nil {
		return Schedule{}, fault.New(fault.NotFound, "Nothing is scheduled for this account.")
	}
	return *schedule, nil
}
