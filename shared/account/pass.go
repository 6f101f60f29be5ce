package account

import "slices"

// Pass gives the account to another owner, in whose view it is from now on. The owner's note stays behind, where only the
// administrator reads it; a note that the new owner has left before is its note again. The administrator's note is always its own, whether
// it owns the account or not (guide: Adding Descriptions).
func (a *Account) Pass(owner ID, left string) {
	administrators := a.Notes.Administrator
	if a.Owner == AdministratorOwner {
		administrators = a.Notes.Owner
	} else if !slices.Contains(a.FormerOwners, a.Owner) {
		a.FormerOwners = append(slices.Clone(a.FormerOwners), a.Owner)
	}
	if owner == AdministratorOwner {
		a.Notes = Notes{Owner: administrators}
	} else {
		a.Notes = Notes{Owner: cut(left, NotePreview), Administrator: administrators}
		a.FormerOwners = slices.DeleteFunc(slices.Clone(a.FormerOwners), func(former ID) bool { return former == owner })
	}
	a.Owner = owner
	a.HoldSequence++ // whoever places or lifts a hold below by what it saw before looks again
	a.LinkEpoch++    // a link that the old owner was shown sets no password any more
}

// Convert makes a reseller of a customer (guide: Converting Customer Accounts to Reseller Accounts). It must sign in again, with
// the rights of a reseller; what was handed out for a customer's rights ends.
func (a *Account) Convert(given Given) {
	a.Pass(AdministratorOwner, "")
	a.Kind, a.Given = Reseller, &given
	a.SessionEpoch++
	a.TokenEpoch++
}
