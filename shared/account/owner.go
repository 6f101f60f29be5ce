package account

import "tenantry/shared/fault"

// RefuseOwner refuses an account, nil for none, that can gain no customers: all but resellers, and a reseller that is being removed. The
// pointer names the part of the request that asks for it. Errors: NotFound.
func (a *Account) RefuseOwner(pointer string) error {
	if a == nil || a.Kind != Reseller || a.Lifecycle == Removing {
		return NoOwner(pointer)
	}
	return nil
}

// NoOwner says that the owner that a part of the request names, "" for none, can gain no account.
func NoOwner(pointer string) error {
	unknown := fault.New(fault.NotFound, "This owner does not exist or cannot take more accounts.")
	if pointer != "" {
		unknown.Fields = []fault.Field{{Pointer: pointer, Code: "unknown-owner", Detail: "This reseller does not exist."}}
	}
	return unknown
}

// ExternalIDTaken says that an owner has another account with an external id.
func ExternalIDTaken() error {
	return fault.New(fault.Conflict, "Another account of the same owner already uses this external id. Choose another one.")
}
