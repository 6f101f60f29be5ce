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
	"tenantry/shared/ident"
	"tenantry/shared/meter"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/request"
)

// templates is how many customers are really created; the others are copies of their rows. There are enough to be in all shards.
const templates = 64

// bench is a table with a reseller that has many customers.
type bench struct {
	store           *dynamo.Store
	ids             ident.Source
	admin, reseller access.Caller
	customer        account.ID // one of the templates
}

// storage measures lists and suspensions in two tables.
func storage(ctx context.Context, endpoint string, few, many, rounds int) ([]figure, error) {
	var tables [2]*bench
	for i, customers := range []int{few, many} {
		var err error
		if tables[i], err = fill(ctx, endpoint, customers); err != nil {
			return nil, err
		}
	}
	query := directory.Query{Sort: directory.ByName, Limit: 25}
	measures := []struct {
		what string
		do   func(context.Context, *bench) error
	}{
		{"list of all, 25 by name", func(ctx context.Context, b *bench) error { return b.list(ctx, b.admin, query) }},
		{"list of a reseller, 25 by name", func(ctx context.Context, b *bench) error { return b.list(ctx, b.reseller, query) }},
		{"suspend a customer and activate it", func(ctx context.Context, b *bench) error { return b.suspend(ctx) }},
	}
	var figures []figure
	for _, m := range measures {
		var counted [2]meter.Figures
		var times [2][]float64
		for range rounds + 1 { // the first opens connections and reads the key of the cursors
			for i, b := range tables {
				measured, counting := meter.With(ctx)
				began := time.Now()
				if err := m.do(measured, b); err != nil {
					return nil, fmt.Errorf("%s: %w", m.what, err)
				}
				counted[i], times[i] = counting.Figures(), append(times[i], float64(time.Since(began)))
			}
		}
		figures = append(figures, compared(m.what, counted, [2]float64{median(times[0][1:]), median(times[1][1:])})...)
	}
	return figures, nil
}

func compared(what string, counted [2]meter.Figures, took [2]float64) []figure {
	line := func(of, goal string, few, many float64) figure {
		return figure{what + ": " + of, fmt.Sprintf("%.4g", few), fmt.Sprintf("%.4g", many), fmt.Sprintf("%.2f ×", many/few), goal}
	}
	few, many := counted[0], counted[1]
	return []figure{
		line("trips", "1 ×", float64(few.Trips), float64(many.Trips)),
		line("units", "1 ± 0.3 ×", few.ReadUnits+few.WriteUnits, many.ReadUnits+many.WriteUnits),
		line("median time, ms", "1 ± 0.3 ×", took[0]/1e6, took[1]/1e6),
	}
}

// fill makes a table and its customers.
func fill(ctx context.Context, endpoint string, customers int) (*bench, error) {
	table, config := fmt.Sprintf("tenantry-bench-%d", customers), aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	b := &bench{store: dynamo.Open(config, table, clock.Now), ids: ident.Source{Now: clock.Now, Random: rand.Reader}}
	client := dynamodb.NewFromConfig(config)
	schema := dynamo.Schema(table)
	schema.StreamSpecification = nil // nobody reads it, and the emulator writes the slower the more there is in it
	if _, err := client.CreateTable(ctx, schema); err != nil {
		return nil, err
	}
	if err := b.found(ctx); err != nil {
		return nil, err
	}
	rows, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: &table, FilterExpression: aws.String("attribute_exists(allList)")})
	if err != nil {
		return nil, err
	}
	var requests []types.WriteRequest
	for n := templates; n < customers; n++ {
		copied, err := b.copy(rows.Items[n%len(rows.Items)], n)
		if err != nil {
			return nil, err
		}
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: copied}})
		if len(requests) < 25 && n+1 < customers {
			continue
		}
		input := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: requests}}
		if _, err := client.BatchWriteItem(ctx, input); err != nil { // the emulator leaves none unprocessed
			return nil, err
		}
		requests = nil
	}
	return b, nil
}

// found creates the administrator, the reseller, and the customers whose rows are copied.
func (b *bench) found(ctx context.Context) error {
	hasher, policy := password.Hasher{Random: rand.Reader}, password.Policy{Minimum: 15}
	first := access.FirstAdministrator{Store: b.store, NewID: b.ids.New, Hasher: hasher, Policy: policy, Random: rand.Reader, Now: clock.Now}
	founder, err := first.Create(ctx, "bench", access.NewAdministrator{Login: "boss", Contact: contact("Boss")})
	if err != nil {
		return err
	}
	b.admin = access.Caller{Account: account.Account{ID: founder.ID, Kind: account.Administrator, Owner: account.AdministratorOwner}}
	create := directory.Create{Store: b.store, NewID: b.ids.New, Passwords: hasher, Policy: policy, Now: clock.Now}
	made, err := create.Reseller(ctx, b.admin, request.Metadata{}, directory.NewAccount{Login: "north", Contact: contact("North")})
	if err != nil {
		return err
	}
	of, err := b.store.ReadAccount(ctx, made.ID)
	if err != nil {
		return err
	}
	b.reseller = access.Caller{Account: *of}
	for n := range templates {
		made, err := create.Customer(ctx, b.reseller, request.Metadata{}, directory.NewAccount{Login: serial(n), Contact: contact("Customer " + serial(n))})
		if err != nil {
			return err
		}
		b.customer = made.ID
	}
	return nil
}

func contact(name string) account.Contact {
	return account.Contact{Name: name, Email: "somebody@example.com", Company: "A company", Phone: "+353 1 234 5678", City: "Dublin", Country: "IE"}
}

// serial is a part of names and logins. It goes up and down, so that copies are everywhere in a list by name.
func serial(n int) string { return fmt.Sprintf("n%09d", n*2_654_435_761%1_000_000_007) }

// copy returns a row like another, of the customer with a number.
func (b *bench) copy(row map[string]types.AttributeValue, n int) (map[string]types.AttributeValue, error) {
	id := b.ids.New("")
	login := row["login"].(*types.AttributeValueMemberS).Value
	key := row["pk"].(*types.AttributeValueMemberS).Value
	return renamed(row, strings.NewReplacer(login, serial(n), key[strings.LastIndex(key, "_")+1:], id)), nil
}

// renamed replaces what stands in all texts of an item.
func renamed(of map[string]types.AttributeValue, by *strings.Replacer) map[string]types.AttributeValue {
	made := make(map[string]types.AttributeValue, len(of))
	for name, value := range of {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			value = &types.AttributeValueMemberS{Value: by.Replace(v.Value)}
		case *types.AttributeValueMemberM:
			value = &types.AttributeValueMemberM{Value: renamed(v.Value, by)}
		}
		made[name] = value
	}
	return made
}

func (b *bench) list(ctx context.Context, caller access.Caller, query directory.Query) error {
	lists := directory.List{Store: b.store, Cursors: page.NewSealer(b.store.CursorKey, rand.Reader), Now: clock.Now}
	found, err := lists.Customers(ctx, caller, query)
	if err == nil && (len(found.Items) != query.Limit || found.NextCursor == "") {
		err = fmt.Errorf("a page of %d", len(found.Items))
	}
	return err
}

// suspend suspends the customer, and activates it again.
func (b *bench) suspend(ctx context.Context) error {
	changes := directory.Change{Store: b.store, NewID: b.ids.New, Now: clock.Now}
	if _, err := changes.Suspend(ctx, b.reseller, request.Metadata{}, string(b.customer), account.NewHold{}); err != nil {
		return err
	}
	_, err := changes.Activate(ctx, b.reseller, request.Metadata{}, string(b.customer), directory.AllSubscriptions)
	return err
}
