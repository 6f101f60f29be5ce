package account

import "tenantry/shared/fault"

// RefuseOwner refuses an account, nil for none, that can gain no customers: all but resellers, and a reseller that is being removed.
// Errors: NotFound.
func (a *Account) RefuseOwner() error {
	if a == nil || a.Kind != Reseller || a.Lifecycle == Removing {
		return NoOwner()
	}
	return nil
}

// NoOwner is the answer where an account is to come to an owner that is none.
func NoOwner() error {
	return fault.New(fault.NotFound, "The owner does not exist or can gain no account.")
}
