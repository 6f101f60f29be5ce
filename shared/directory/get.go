package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Reader reads single accounts with strong consistency.
type Reader interface {
	// ReadWithNotes returns an account and the full notes about it, read in one round trip. The account is nil if it
	// does not exist.
	ReadWithNotes(ctx context.Context, id account.ID) (*account.Account, account.Notes, error)
	// ReadNotes returns the full notes of the owners about an account, by owner. Missing notes are left out.
	ReadNotes(ctx context.Context, subject account.ID, owners []account.ID) (map[account.ID]string, error)
	// ReadAccount returns an account, or nil if it does not exist.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// FindLogin returns the id of the account with the login, or "" if there is none.
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
	// FindExternalID returns the id of the owner's account with the external id, or "" if there is none.
	FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error)
}

// Get reads one customer or reseller.
type Get struct {
	Store Reader
	Now   func() time.Time
}

// Customer returns a customer in the caller's view. It returns fault.NotFound if there is none with the id.
func (g Get) Customer(ctx context.Context, caller access.Caller, id string) (Customer, error) {
	return g.get(ctx, caller, account.ID(id), account.Customer)
}

// Reseller returns a reseller in the caller's view. The administrator sees all resellers, a reseller sees itself. It
// returns fault.NotFound if there is none with the id.
func (g Get) Reseller(ctx context.Context, caller access.Caller, id string) (Customer, error) {
	return g.get(ctx, caller, account.ID(id), account.Reseller)
}

// get returns an account of a kind, as the caller sees it.
func (g Get) get(ctx context.Context, caller access.Caller, id account.ID, kind account.Kind) (Customer, error) {
	if !id.WellFormed() {
		return Customer{}, fault.NotInView()
	}
	found, notes, err := g.Store.ReadWithNotes(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	if found == nil || found.Kind != kind || !caller.Sees(found) {
		return Customer{}, fault.NotInView()
	}
	var former []FormerDescription
	var reads errgroup.Group
	reads.Go(func() (err error) {
		former, err = g.formerDescriptions(ctx, caller, found)
		return err
	})
	owner, err := findOwner(ctx, g.Store, caller, found.Owner, g.Now())
	if err := errors.Join(err, reads.Wait()); err != nil {
		return Customer{}, err
	}
	customer := view(caller, found, notes, owner, g.Now())
	customer.Former = former
	return customer, nil
}

// formerDescriptions returns the notes of earlier owners about an account. It returns nil if the caller is not the
// administrator.
func (g Get) formerDescriptions(
	ctx context.Context, caller access.Caller, a *account.Account,
) (descriptions []FormerDescription, err error) {
	if !caller.IsAdministrator() || len(a.FormerOwners) == 0 {
		return nil, nil
	}
	notes, err := g.Store.ReadNotes(ctx, a.ID, a.FormerOwners)
	for _, owner := range a.FormerOwners {
		if text := notes[owner]; text != "" {
			descriptions = append(descriptions, FormerDescription{Owner: owner, Text: text})
		}
	}
	return descriptions, err
}

// Resolve returns the id of the account that a reference in a path names. A reference is an id, `login:<login>` or
// `external:<externalId>`. An external id is looked up among the caller's own accounts. It returns account.Nobody if no
// account has the login or the external id. Whether the caller may see the account is left to the use case.
func (g Get) Resolve(ctx context.Context, caller access.Caller, reference string) (id account.ID, err error) {
	if login, found := strings.CutPrefix(reference, "login:"); found {
		id, err = g.Store.FindLogin(ctx, account.FoldLogin(login))
	} else if external, found := strings.CutPrefix(reference, "external:"); found {
		id, err = g.Store.FindExternalID(ctx, caller.OwnerID(), external)
	} else {
		return account.ID(reference), nil
	}
	if err == nil && id == "" {
		id = account.Nobody
	}
	return id, err
}

// accountReader reads accounts with strong consistency.
type accountReader interface {
	// ReadAccount returns an account, or nil if it does not exist.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
}

// findOwner returns the owner with the id. The caller and its parents were read with the caller's credential, so only
// other owners need a read. It returns an owner with only its id and kind if the account does not exist.
func findOwner(
	ctx context.Context,
	store accountReader,
	caller access.Caller,
	id account.ID,
	now time.Time,
) (Owner, error) {
	chain := append([]account.Account{caller.Account}, caller.Parents...)
	for i := range chain {
		if chain[i].ID == id {
			return ownerWithStatus(&chain[i], now), nil
		}
	}
	if id == account.AdministratorOwner {
		return administratorAsOwner(), nil
	}
	found, err := store.ReadAccount(ctx, id)
	if err != nil {
		return Owner{}, err
	}
	if found == nil {
		return Owner{ID: id, Kind: account.Reseller}, nil
	}
	return ownerWithStatus(found, now), nil
}

// ownerWithStatus returns the account as an owner, and whether it is suspended.
func ownerWithStatus(a *account.Account, now time.Time) Owner {
	owner := ownerOf(a)
	owner.suspended = a.Status(now) == account.Suspended
	return owner
}
