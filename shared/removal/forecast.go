package removal

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/operation"
)

// forecast counts what would go with an account, as lists tell of it. Of a reseller it counts its customers, but not what they
// have.
func (r Remover) forecast(ctx context.Context, of *account.Account) (operation.Forecast, error) {
	var told operation.Forecast
	if of.Kind == account.Reseller {
		reseller, err := r.Store.ReadReseller(ctx, of.ID)
		if err != nil {
			return told, err
		}
		told.Customers = reseller.Used.Customers
	}
	if err := r.countPanelUsers(ctx, of.ID, &told); err != nil {
		return told, err
	}
	if err := r.countSubscriptions(ctx, of.ID, &told); err != nil {
		return told, err
	}
	err := r.countBackups(ctx, of.ID, &told)
	return told, err
}

// countPanelUsers counts panel users with the backups that they made.
func (r Remover) countPanelUsers(ctx context.Context, of account.ID, told *operation.Forecast) error {
	selection := directory.Selection{Kind: account.PanelUser, Owner: of, Sort: directory.ByCreated, Limit: pageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			told.PanelUsers++
			if err := r.countBackups(ctx, rows.Accounts[i].ID, told); err != nil {
				return err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
}

// countSubscriptions counts subscriptions with the websites on them.
func (r Remover) countSubscriptions(ctx context.Context, of account.ID, told *operation.Forecast) error {
	for after := ""; ; {
		found, more, err := r.Store.ListSubscriptions(ctx, of, after, pageSize)
		if err != nil {
			return err
		}
		for i := range found {
			after = found[i].ID
			told.Subscriptions++
			told.Websites += found[i].Websites
		}
		if !more {
			return nil
		}
	}
}

// countBackups counts the backups that somebody made.
func (r Remover) countBackups(ctx context.Context, creator account.ID, told *operation.Forecast) error {
	for before := ""; ; {
		found, more, err := r.Store.ListCreated(ctx, creator, before, pageSize)
		if err != nil {
			return err
		}
		told.Backups += int64(len(found))
		if !more {
			return nil
		}
		before = found[len(found)-1].ID
	}
}
