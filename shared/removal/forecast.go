package removal

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/operation"
)

// forecast counts what would be removed with the account, as far as lists show it. For a reseller it counts the
// customers, but not what the customers own.
func (r Remover) forecast(ctx context.Context, a *account.Account) (operation.Forecast, error) {
	var forecast operation.Forecast
	if a.Kind == account.Reseller {
		reseller, err := r.Store.ReadReseller(ctx, a.ID)
		if err != nil {
			return forecast, err
		}
		forecast.Customers = reseller.Used.Customers
	}
	if err := r.countPanelUsers(ctx, a.ID, &forecast); err != nil {
		return forecast, err
	}
	if err := r.countSubscriptions(ctx, a.ID, &forecast); err != nil {
		return forecast, err
	}
	err := r.countBackups(ctx, a.ID, &forecast)
	return forecast, err
}

// countPanelUsers counts the owner's panel users and the backups that they created.
func (r Remover) countPanelUsers(ctx context.Context, owner account.ID, forecast *operation.Forecast) error {
	selection := directory.Selection{Kind: account.PanelUser, Owner: owner, Sort: directory.ByCreated, Limit: pageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			forecast.PanelUsers++
			if err := r.countBackups(ctx, rows.Accounts[i].ID, forecast); err != nil {
				return err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
}

// countSubscriptions counts the customer's subscriptions and their websites.
func (r Remover) countSubscriptions(ctx context.Context, customer account.ID, forecast *operation.Forecast) error {
	for after := ""; ; {
		subscriptions, more, err := r.Store.ListSubscriptions(ctx, customer, after, pageSize)
		if err != nil {
			return err
		}
		for i := range subscriptions {
			after = subscriptions[i].ID
			forecast.Subscriptions++
			forecast.Websites += subscriptions[i].Websites
		}
		if !more {
			return nil
		}
	}
}

// countBackups counts the backups that an account created.
func (r Remover) countBackups(ctx context.Context, creator account.ID, forecast *operation.Forecast) error {
	for before := ""; ; {
		backups, more, err := r.Store.ListCreated(ctx, creator, before, pageSize)
		if err != nil {
			return err
		}
		forecast.Backups += int64(len(backups))
		if !more {
			return nil
		}
		before = backups[len(backups)-1].ID
	}
}
