package account

import (
	"slices"

	"tenantry/shared/fault"
)

// CheckCanOwn returns nil if the account may take more customers: it is a reseller that is not being removed.
// Otherwise, and for a nil account, it returns UnknownOwner. The pointer names the field of the request, if there is
// one, that names the owner.
func (a *Account) CheckCanOwn(pointer string) error {
	if a == nil || a.Kind != Reseller || a.Lifecycle == Removing {
		return UnknownOwner(pointer)
	}
	return nil
}

// UnknownOwner returns the fault.NotFound for an owner that does not exist or cannot take more customers. The pointer
// may be "".
func UnknownOwner(pointer string) error {
	unknown := fault.New(fault.NotFound, "This owner does not exist or cannot take more accounts.")
	if pointer != "" {
		unknown.Fields = []fault.Field{{Pointer: pointer, Code: "unknown-owner", Detail: "This reseller does not exist."}}
	}
	return unknown
}

// ExternalIDTaken returns the fault.Conflict for an external id that another account of the same owner has.
func ExternalIDTaken() error {
	return fault.New(
		fault.Conflict,
		"Another account of the same owner already uses this external id. Choose another one.",
	)
}

// ChangeOwner gives the account to another owner. The old owner's note stays behind, where only the administrator reads
// it. The new owner gets back its earlier note on the account, or "". The administrator's note stays the
// administrator's, whether the administrator owns the account or not (guide: Adding Descriptions).
func (a *Account) ChangeOwner(owner ID, earlierNote string) {
	administratorNote := a.Notes.Administrator
	if a.Owner == AdministratorOwner {
		administratorNote = a.Notes.Owner
	} else if !slices.Contains(a.FormerOwners, a.Owner) {
		a.FormerOwners = append(slices.Clone(a.FormerOwners), a.Owner)
	}
	if owner == AdministratorOwner {
		a.Notes = Notes{Owner: administratorNote}
	} else {
		a.Notes = Notes{Owner: truncate(earlierNote, NotePreview), Administrator: administratorNote}
		a.FormerOwners = slices.DeleteFunc(slices.Clone(a.FormerOwners), func(former ID) bool { return former == owner })
	}
	a.Owner = owner
	a.HoldSequence++ // a hold below that is placed or lifted at the same time is judged anew
	a.LinkEpoch++    // reset links that the old owner was shown are void
}

// ConvertToReseller makes a customer a reseller of the administrator (guide: Converting Customer Accounts to Reseller
// Accounts). Its sessions and API tokens end, because they were given for a customer's rights.
func (a *Account) ConvertToReseller(limits ResellerLimits) {
	a.ChangeOwner(AdministratorOwner, "")
	a.Kind, a.Limits = Reseller, &limits
	a.SessionEpoch++
	a.TokenEpoch++
}
