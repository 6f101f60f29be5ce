package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/meter"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/request"
)

// templates is the number of customers that are created by the use case. The other customers are copies of their rows
// in the list of customers. There are enough templates to fill all shards of the list.
const templates = 64

// bench is a table with a reseller that has many customers.
type bench struct {
	store           *dynamo.Store
	ids             idgen.Generator
	admin, reseller access.Caller
	customer        account.ID // one of the templates
}

// measureStorage measures lists and suspensions in two tables.
func measureStorage(ctx context.Context, endpoint string, few, many, rounds int) ([]figure, error) {
	var tables [2]*bench
	for i, customers := range []int{few, many} {
		var err error
		if tables[i], err = newBench(ctx, endpoint, customers); err != nil {
			return nil, err
		}
	}
	query := directory.Query{Sort: directory.ByName, Limit: 25}
	actions := []struct {
		name    string
		run     func(context.Context, *bench) error
		prepare func(context.Context, *bench) error // not measured; may be nil
	}{
		{"list of all, 25 by name", func(ctx context.Context, b *bench) error { return b.list(ctx, b.admin, query) }, nil},
		{"list of a reseller, 25 by name", func(ctx context.Context, b *bench) error {
			return b.list(ctx, b.reseller, query)
		}, nil},
		{"suspend a customer and activate it", func(ctx context.Context, b *bench) error { return b.suspend(ctx) }, nil},
		{"search of all, 25 in which a word begins like this", func(ctx context.Context, b *bench) error {
			return b.search(ctx, b.admin, directory.Query{Search: searchedWord, Limit: 25})
		}, nil},
		{"search of a reseller, 25 with a part of a word", func(ctx context.Context, b *bench) error {
			return b.search(ctx, b.reseller, directory.Query{Search: searchedWord[1:], Limit: 25})
		}, nil},
		{"quick navigation", func(ctx context.Context, b *bench) error { return b.navigate(ctx) }, nil},
		{
			"index a renamed customer", func(ctx context.Context, b *bench) error { return b.indexCustomer(ctx) },
			func(ctx context.Context, b *bench) error { return b.rename(ctx) },
		},
	}
	var figures []figure
	for _, action := range actions {
		var costs [2]meter.Figures
		var times [2][]float64
		for range rounds + 1 { // the first round opens connections and reads the key of the cursors
			for i, b := range tables {
				if action.prepare != nil {
					if err := action.prepare(ctx, b); err != nil {
						return nil, fmt.Errorf("%s: %w", action.name, err)
					}
				}
				metered, counter := meter.With(ctx)
				began := time.Now()
				if err := action.run(metered, b); err != nil {
					return nil, fmt.Errorf("%s: %w", action.name, err)
				}
				costs[i], times[i] = counter.Figures(), append(times[i], float64(time.Since(began)))
			}
		}
		medians := [2]float64{median(times[0][1:]), median(times[1][1:])}
		figures = append(figures, compareTables(action.name, costs, medians)...)
	}
	return figures, nil
}

// compareTables returns the figures of an action in both tables. The times are in nanoseconds.
func compareTables(action string, costs [2]meter.Figures, times [2]float64) []figure {
	row := func(name, goal string, few, many float64) figure {
		return figure{
			action + ": " + name, fmt.Sprintf("%.4g", few), fmt.Sprintf("%.4g", many), fmt.Sprintf("%.2f ×", many/few), goal,
		}
	}
	few, many := costs[0], costs[1]
	return []figure{
		row("trips", "1 ×", float64(few.Trips), float64(many.Trips)),
		row("units", "1 ± 0.3 ×", few.ReadUnits+few.WriteUnits, many.ReadUnits+many.WriteUnits),
		row("median time, ms", "1 ± 0.3 ×", times[0]/1e6, times[1]/1e6),
	}
}

// newBench creates a table and its customers.
func newBench(ctx context.Context, endpoint string, customers int) (*bench, error) {
	table, config := fmt.Sprintf("tenantry-bench-%d", customers), aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	b := &bench{store: dynamo.Open(config, table, clock.Now), ids: idgen.Generator{Now: clock.Now, Random: rand.Reader}}
	client := dynamodb.NewFromConfig(config)
	schema := dynamo.Schema(table)
	schema.StreamSpecification = nil // not used here, and writes become slower as the emulator's stream grows
	if _, err := client.CreateTable(ctx, schema); err != nil {
		return nil, err
	}
	if err := b.createAccounts(ctx); err != nil {
		return nil, err
	}
	rows, err := client.Scan(ctx, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: aws.String("attribute_exists(allList)"),
	})
	if err != nil {
		return nil, err
	}
	var requests []types.WriteRequest
	for n := templates; n < customers; n++ {
		item := b.copy(rows.Items[n%len(rows.Items)], n)
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		if len(requests) < 25 && n+1 < customers {
			continue
		}
		input := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: requests}}
		if _, err := client.BatchWriteItem(ctx, input); err != nil { // the emulator returns no unprocessed items
			return nil, err
		}
		requests = nil
	}
	return b, b.indexCopies(ctx, customers-templates)
}

// createAccounts creates the administrator, the reseller and the templates.
func (b *bench) createAccounts(ctx context.Context) error {
	hasher, policy := password.Hasher{Random: rand.Reader}, password.Policy{Minimum: 15}
	first := access.FirstAdministrator{
		Store: b.store, NewID: b.ids.New, Hasher: hasher, Policy: policy, Random: rand.Reader, Now: clock.Now,
	}
	founder, err := first.Create(ctx, "bench", access.AdministratorInput{Login: "boss", Contact: contact("Boss")})
	if err != nil {
		return err
	}
	b.admin = access.Caller{Account: account.Account{
		ID: founder.ID, Kind: account.Administrator, Owner: account.AdministratorOwner,
	}}
	mails := maillimit.Limiter{Attempts: b.store, Limits: maillimit.DefaultLimits}
	create := directory.Create{
		Store: b.store, NewID: b.ids.New, Passwords: hasher, Policy: policy, Mails: mails, Now: clock.Now,
	}
	input := directory.NewAccount{Login: "north", Contact: contact("North")}
	created, err := create.Reseller(ctx, b.admin, request.Metadata{}, input)
	if err != nil {
		return err
	}
	reseller, err := b.store.ReadAccount(ctx, created.ID)
	if err != nil {
		return err
	}
	b.reseller = access.Caller{Account: *reseller}
	var ids [templates]account.ID
	for n := range templates {
		input := directory.NewAccount{Login: serial(n), Contact: contact("Customer " + serial(n))}
		customer, err := create.Customer(ctx, b.reseller, request.Metadata{}, input)
		if err != nil {
			return err
		}
		b.customer = customer.ID
		ids[n] = customer.ID
	}
	return b.indexTemplates(ctx, ids[:])
}

func contact(name string) account.Contact {
	email := strings.ReplaceAll(name, " ", ".") + "@example.com" // mails to one address are limited
	return account.Contact{
		Name: name, Email: email, Company: "A company", Phone: "+353 1 234 5678", City: "Dublin", Country: "IE",
	}
}

// serial returns a part of the name and login of customer n. Its order differs from that of n, so that the copies
// spread over the whole list by name.
func serial(n int) string { return fmt.Sprintf("n%09d", n*2_654_435_761%1_000_000_007) }

// copy returns a copy of a row for customer n, with its own login and id.
func (b *bench) copy(row map[string]types.AttributeValue, n int) map[string]types.AttributeValue {
	id := b.ids.New("")
	login := row["login"].(*types.AttributeValueMemberS).Value
	key := row["pk"].(*types.AttributeValueMemberS).Value
	return replaceStrings(row, strings.NewReplacer(login, serial(n), key[strings.LastIndex(key, "_")+1:], id))
}

// replaceStrings returns a copy of an item with replacements in all its strings.
func replaceStrings(item map[string]types.AttributeValue, r *strings.Replacer) map[string]types.AttributeValue {
	result := make(map[string]types.AttributeValue, len(item))
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			value = &types.AttributeValueMemberS{Value: r.Replace(v.Value)}
		case *types.AttributeValueMemberM:
			value = &types.AttributeValueMemberM{Value: replaceStrings(v.Value, r)}
		}
		result[name] = value
	}
	return result
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
func (b *bench) suspend(ctx context.Context) error {
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
