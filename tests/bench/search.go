package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/navigate"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/search"
	"tenantry/shared/transfer"
)

// searchedWord is in the name of every customer, so that its ranges are as long as ranges can be.
const searchedWord = "customer"

// indexAccounts indexes customers as the consumer of the stream does.
func (b *bench) indexAccounts(ctx context.Context, ids []account.ID) error {
	events := make([]event.Event, len(ids))
	for i, id := range ids {
		events[i] = event.Event{Name: event.CustomerCreated, Account: id}
	}
	handled, err := search.Indexer{Store: b.store, Now: clock.Now}.Handle(ctx, events)
	if err == nil && handled < len(events) {
		err = fmt.Errorf("%d of %d customers are indexed", handled, len(events))
	}
	return err
}

// indexCopies writes the rows by which the searches of this benchmark find copies, after those of the templates. Rows in
// other partitions cannot change the cost.
func (b *bench) indexCopies(ctx context.Context, copies int) error {
	const atOnce = 100
	for done := 0; done < copies; done += atOnce {
		var rows []search.Row
		for range min(atOnce, copies-done) {
			id := b.ids.New(account.CustomerPrefix)
			for _, row := range []search.Row{
				{Scope: search.Everything, Section: search.Prefix, Text: searchedWord + ".z"},
				{Scope: b.reseller.Account.ID, Section: search.Inside, Text: searchedWord[1:] + ".z"},
			} {
				row.Kind, row.ID, row.Account = search.CustomerText, id, account.ID(id)
				rows = append(rows, row)
			}
		}
		if err := b.store.WriteRows(ctx, rows, nil); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) search(ctx context.Context, caller access.Caller, query directory.Query) error {
	lists := directory.List{Store: b.store, Cursors: page.NewSealer(b.store.CursorKey, rand.Reader), Now: clock.Now}
	found, err := lists.Customers(ctx, caller, query)
	if err == nil && len(found.Items) != query.Limit {
		err = fmt.Errorf("a search finds %d customers, want %d", len(found.Items), query.Limit)
	}
	return err
}

func findObjects(ctx context.Context, b *bench) error {
	items, err := navigate.Navigator{Store: b.store, Now: clock.Now}.Find(ctx, b.admin, searchedWord)
	if err == nil && len(items) == 0 {
		err = errors.New("quick navigation finds nothing")
	}
	return err
}

// create creates a customer, which index indexes.
func create(ctx context.Context, b *bench) error {
	name := "Created " + b.ids.New("")
	created, err := b.newCreate().Customer(ctx, b.reseller, request.Metadata{}, directory.NewAccount{
		Login: b.ids.New(""), Contact: contact(name),
	})
	b.changed = created.ID
	return err
}

// rename gives the customer another name.
func rename(ctx context.Context, b *bench) error {
	b.changed = b.customer
	changes := directory.Change{Store: b.store, NewID: b.ids.New, Now: clock.Now}
	name := "Renamed " + b.ids.New("")
	_, err := changes.Contact(ctx, b.reseller, request.Metadata{}, string(b.customer), account.ContactPatch{Name: &name})
	return err
}

// move creates a customer, indexes it, and moves it to the administrator.
func move(ctx context.Context, b *bench) error {
	if err := errors.Join(create(ctx, b), index(ctx, b)); err != nil {
		return err
	}
	mover := transfer.Mover{Store: b.store, NewID: b.ids.New, Now: clock.Now}
	return mover.Processors()[operation.Move].Process(ctx, operation.Job{
		Caller: b.admin,
		Operation: &operation.Operation{
			ID: b.ids.New(operation.IDPrefix), Kind: operation.Move,
			Parameters: operation.Parameters{NewOwner: account.AdministratorOwner},
		},
		Item: operation.Item{Customer: b.changed, Plan: plan.Custom}, EventID: b.ids.New(event.IDPrefix),
	})
}

// suspendForIndex suspends the customer, which index indexes, and activates it.
func suspendForIndex(ctx context.Context, b *bench) error {
	b.changed = b.customer
	return suspend(ctx, b)
}

// index indexes the customer that was changed last.
func index(ctx context.Context, b *bench) error {
	return b.indexAccounts(ctx, []account.ID{b.changed})
}
