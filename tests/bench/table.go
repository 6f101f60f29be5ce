package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/password"
	"tenantry/shared/request"
)

// templates is the number of customers that are created by the use case. The other customers are copies of their rows
// in the list of customers.
const templates = 64

// bench is a table with a reseller that has many customers.
type bench struct {
	store           *dynamo.Store
	ids             idgen.Generator
	admin, reseller access.Caller
	customer        account.ID // one of the templates
	changed         account.ID // the customer that was changed last
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
	if err := b.copyRows(ctx, client, table, rows.Items, customers); err != nil {
		return nil, err
	}
	return b, b.indexCopies(ctx, customers-templates)
}

// copyRows writes copies of the templates' rows until there are as many customers.
func (b *bench) copyRows(
	ctx context.Context, client *dynamodb.Client, table string, rows []map[string]types.AttributeValue, customers int,
) error {
	const atOnce = 25 // AWS limit of BatchWriteItem
	var batches errgroup.Group
	batches.SetLimit(4)
	for first := templates; first < customers; first += atOnce {
		batches.Go(func() error {
			var requests []types.WriteRequest
			for n := first; n < min(first+atOnce, customers); n++ {
				put := types.PutRequest{Item: b.copy(rows[n%len(rows)], n)}
				requests = append(requests, types.WriteRequest{PutRequest: &put})
			}
			_, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{table: requests},
			})
			return err // the emulator returns no unprocessed items
		})
	}
	return batches.Wait()
}

// createAccounts creates the administrator, the reseller and the templates.
func (b *bench) createAccounts(ctx context.Context) error {
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
	create := b.newCreate()
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
	return b.indexAccounts(ctx, ids[:])
}

var hasher, policy = password.Hasher{Random: rand.Reader}, password.Policy{Minimum: 15}

// newCreate returns the use case that creates accounts.
func (b *bench) newCreate() directory.Create {
	mails := maillimit.Limiter{Attempts: b.store, Limits: maillimit.DefaultLimits}
	return directory.Create{
		Store: b.store, NewID: b.ids.New, Passwords: hasher, Policy: policy, Mails: mails, Now: clock.Now,
	}
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
	listed := row["row"].(*types.AttributeValueMemberM).Value
	login := listed["login"].(*types.AttributeValueMemberS).Value
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
