package account

import "tenantry/shared/fault"

// RefuseBusy keeps off an account that a long-running operation works on what could collide with it: changes of who it is (login,
// contact, notes, limits), and whatever is added to it. What passes: whether it serves (holds and schedules, also of what it has),
// what only takes away, and what its own people prove themselves by (passwords, links to set one, sessions, tokens). Errors: Busy.
func (a *Account) RefuseBusy() error {
	if a.Lifecycle == Ready {
		return nil
	}
	return Busy()
}

// Busy is the answer while an operation works on an account.
func Busy() error {
	return fault.New(fault.Busy, "Another operation is working on this account. Try again when it has finished.")
}
