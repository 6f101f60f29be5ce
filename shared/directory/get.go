package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// Reader reads single accounts, strongly consistent.
type Reader interface {
	// ReadWithNotes reads an account and the full notes on it in one round trip; nil when there is none.
	ReadWithNotes(ctx context.Context, id account.ID) (*account.Account, account.Notes, error)
	// ReadNotes reads the full notes of some owners about an account; those that do not exist are left out.
	ReadNotes(ctx context.Context, about account.ID, by []account.ID) (map[account.ID]string, error)
	// ReadAccount reads an account; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// FindLogin tells whose a login is; "" when it is nobody's.
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
	// FindExternalID tells which account of the owner has the external id; "" when none.
	FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error)
}

// Get reads one customer or reseller.
type Get struct {
	Store Reader
	Now   func() time.Time
}

// Customer returns a customer in the caller's view, by id, `login:<login>` or `external:<externalId>`; the last looks
// among the caller's own customers. Errors: NotFound.
func (g Get) Customer(ctx context.Context, caller access.Caller, reference string) (Customer, error) {
	return g.get(ctx, caller, reference, account.Customer)
}

// Reseller returns a reseller in the caller's view: any for the administrator, itself for a reseller. Errors: NotFound.
func (g Get) Reseller(ctx context.Context, caller access.Caller, reference string) (Customer, error) {
	return g.get(ctx, caller, reference, account.Reseller)
}

func (g Get) get(ctx context.Context, caller access.Caller, reference string, kind account.Kind) (Customer, error) {
	id, err := g.resolve(ctx, caller, reference)
	if err != nil {
		return Customer{}, err
	}
	found, notes, err := g.Store.ReadWithNotes(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	if found == nil || found.Kind != kind || !caller.Sees(found) {
		return Customer{}, access.NotInView()
	}
	var former []FormerDescription
	var reads errgroup.Group
	reads.Go(func() (err error) {
		former, err = g.former(ctx, caller, found)
		return err
	})
	owner, err := findOwner(ctx, g.Store, caller, found.Owner, g.Now())
	if err := errors.Join(err, reads.Wait()); err != nil {
		return Customer{}, err
	}
	shown := view(caller, found, notes, owner, g.Now())
	shown.Former = former
	return shown, nil
}

// former reads the notes that earlier owners have left on an account, which only administrators see.
func (g Get) former(ctx context.Context, caller access.Caller, of *account.Account) (shown []FormerDescription, err error) {
	if !caller.IsAdministrator() || len(of.FormerOwners) == 0 {
		return nil, nil
	}
	notes, err := g.Store.ReadNotes(ctx, of.ID, of.FormerOwners)
	for _, owner := range of.FormerOwners {
		if text := notes[owner]; text != "" {
			shown = append(shown, FormerDescription{Owner: owner, Text: text})
		}
	}
	return shown, err
}

func (g Get) resolve(ctx context.Context, caller access.Caller, reference string) (id account.ID, err error) {
	if login, found := strings.CutPrefix(reference, "login:"); found {
		id, err = g.Store.FindLogin(ctx, account.FoldLogin(login))
	} else if external, found := strings.CutPrefix(reference, "external:"); found {
		id, err = g.Store.FindExternalID(ctx, caller.OwnerID(), external)
	} else {
		id = account.ID(reference)
	}
	if err == nil && !id.WellFormed() {
		err = access.NotInView()
	}
	return id, err
}

// accountReader reads accounts, strongly consistent; nil when there is none.
type accountReader interface {
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
}

// findOwner describes the owner of an account that was read. The caller and its parents were read with its credential.
func findOwner(ctx context.Context, store accountReader, caller access.Caller, id account.ID, now time.Time) (Owner, error) {
	known := append([]account.Account{caller.Account}, caller.Parents...)
	for i := range known {
		if known[i].ID == id {
			return withStatus(&known[i], now), nil
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
	return withStatus(found, now), nil
}

func withStatus(a *account.Account, now time.Time) Owner {
	owner := ownerOf(a)
	owner.suspended = a.Status(now) == account.Suspended
	return owner
}
