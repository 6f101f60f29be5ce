package account

import (
	"time"

	"tenantry/shared/fault"
)

// Lifecycle says whether a long-running operation is changing the account, and how.
type Lifecycle string

// The lifecycles of an account.
const (
	Ready      Lifecycle = "ready"
	Converting Lifecycle = "converting"
	Moving     Lifecycle = "moving"
	Removing   Lifecycle = "removing"
)

// CheckReady returns Busy if an operation is working on the account. Changes that could collide with an operation call
// it: changes of login, contact, notes and limits, and whatever adds to the account. Holds, schedules, passwords, reset
// links, sessions and tokens go on during a move or conversion. During a removal the edit pipeline refuses every change.
func (a *Account) CheckReady() error {
	if a.Lifecycle == Ready {
		return nil
	}
	return Busy(a.Operation)
}

// CheckOpen returns Busy if the account is being removed. The edit pipeline refuses every change then (ADR 24).
func (a *Account) CheckOpen() error {
	if a.Lifecycle != Removing {
		return nil
	}
	return Busy(a.Operation)
}

// Busy returns the fault.Busy for an account that an operation is working on. It names the operation, unless the id is
// "".
func Busy(operation string) error {
	busy := fault.New(fault.Busy, "Another operation is working on this account. Try again when it has finished.")
	busy.Operation = operation
	return busy
}

// StartRemoval starts the account's removal by an operation. It suspends the account for good and ends all its
// credentials.
func (a *Account) StartRemoval(operation string, now time.Time) {
	if a.Lifecycle != Removing {
		a.Holds = append(a.Holds, RemovalHold(now))
		a.HoldSequence++
	}
	a.Lifecycle, a.Operation = Removing, operation
	a.SessionEpoch++
	a.LinkEpoch++
	a.TokenEpoch++
}

// Release makes the account ready again. An operation that has only held the account, or only started its removal,
// releases it when it is cancelled. Ended credentials stay ended.
func (a *Account) Release(now time.Time) {
	if a.Lifecycle == Removing {
		a.Holds = a.Holds.without(ByRemoval)
		a.HoldSequence++
		a.LiftedAt = &now
	}
	a.Lifecycle, a.Operation = Ready, ""
}
