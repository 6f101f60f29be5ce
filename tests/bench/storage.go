package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/meter"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/tests/bench/report"
)

// action is what a figure measures.
type action struct {
	name    string
	run     func(context.Context, *bench) error
	prepare func(context.Context, *bench) error // not measured; may be nil
}

// actionsOfStorage returns the actions that are measured in each table.
func actionsOfStorage() []action {
	page := directory.Query{Sort: directory.ByName, Limit: 25}
	begins := directory.Query{Search: searchedWord, Limit: 25}
	inside := directory.Query{Search: searchedWord[1:], Limit: 25}
	return []action{
		{"list of all, 25 by name", func(ctx context.Context, b *bench) error { return b.list(ctx, b.admin, page) }, nil},
		{"list of a reseller, 25 by name", func(ctx context.Context, b *bench) error {
			return b.list(ctx, b.reseller, page)
		}, nil},
		{"suspend a customer and activate it", suspend, nil},
		{"search of all, 25 by a beginning", func(ctx context.Context, b *bench) error {
			return b.search(ctx, b.admin, begins)
		}, nil},
		{"search of a reseller, 25 by a part", func(ctx context.Context, b *bench) error {
			return b.search(ctx, b.reseller, inside)
		}, nil},
		{"quick navigation", findObjects, nil},
		{"search index, created customer", index, create},
		{"search index, renamed customer", index, rename},
		{"search index, moved customer", index, move},
		{"search index, suspended customer", index, suspendForIndex},
	}
}

// measureStorage measures each action in tables of all sizes, by turns.
func measureStorage(
	ctx context.Context, endpoint string, customers report.Sizes, rounds int, progress *report.Progress,
) (figures []figure, err error) {
	tables := make([]*bench, len(customers))
	for i, size := range customers {
		progress.Begin("a table with %d customers", size)
		if tables[i], err = newBench(ctx, endpoint, size); err != nil {
			return nil, err
		}
	}
	for _, action := range actionsOfStorage() {
		progress.Begin("%s", action.name)
		costs, times := make([]meter.Figures, len(tables)), make([][]float64, len(tables))
		for range rounds + 1 { // the first round opens connections and reads the key of the cursors
			for i, b := range tables {
				cost, took, err := action.measure(ctx, b)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", action.name, err)
				}
				costs[i], times[i] = cost, append(times[i], took.Seconds()*1000)
			}
		}
		figures = append(figures, compareTables(action.name, costs, times)...)
	}
	return figures, nil
}

// measure runs the action once.
func (a action) measure(ctx context.Context, b *bench) (meter.Figures, time.Duration, error) {
	if a.prepare != nil {
		if err := a.prepare(ctx, b); err != nil {
			return meter.Figures{}, 0, err
		}
	}
	metered, counter := meter.With(ctx)
	began := time.Now()
	err := a.run(metered, b)
	return counter.Figures(), time.Since(began), err
}

// compareTables returns the figures of an action in all tables. The times are in milliseconds.
func compareTables(action string, costs []meter.Figures, times [][]float64) []figure {
	row := func(name string, valueIn func(table int) float64) figure {
		f := figure{name: action + ": " + name, goal: "≤ 1.3 ×"}
		values := make([]float64, len(costs))
		for i := range costs {
			values[i] = valueIn(i)
			f.values = append(f.values, fmt.Sprintf("%.4g", values[i]))
		}
		f.result = fmt.Sprintf("%.2f ×", slices.Max(values)/slices.Min(values))
		if slices.Max(values) == 0 {
			f.result, f.goal = "none", "none"
		}
		return f
	}
	figures := []figure{
		row("trips", func(i int) float64 { return float64(costs[i].Trips) }),
		row("rows", func(i int) float64 { return float64(costs[i].Rows) }),
		row("read units", func(i int) float64 { return costs[i].ReadUnits }),
	}
	if isWrite := costs[0].WriteUnits > 0 || strings.HasPrefix(action, "search index"); isWrite {
		figures = append(figures, row("write units", func(i int) float64 { return costs[i].WriteUnits }))
	}
	return append(figures, row("median time, ms", func(i int) float64 { return median(times[i][1:]) }))
}

func (b *bench) list(ctx context.Context, caller access.Caller, query directory.Query) error {
	lists := directory.List{Store: b.store, Cursors: page.NewSealer(b.store.CursorKey, rand.Reader), Now: clock.Now}
	customers, err := lists.Customers(ctx, caller, query)
	if err == nil && (len(customers.Items) != query.Limit || customers.NextCursor == "") {
		err = fmt.Errorf("a page of %d customers, want %d and a cursor", len(customers.Items), query.Limit)
	}
	return err
}

// suspend suspends the customer and activates it again.
func suspend(ctx context.Context, b *bench) error {
	changes := directory.Change{Store: b.store, NewID: b.ids.New, Now: clock.Now}
	if _, err := changes.Suspend(
		ctx,
		b.reseller,
		request.Metadata{},
		string(b.customer),
		account.HoldInput{},
	); err != nil {
		return err
	}
	_, err := changes.Activate(ctx, b.reseller, request.Metadata{}, string(b.customer), directory.AllSubscriptions)
	return err
}
