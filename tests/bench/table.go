package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/tests/bench/copies"
	"tenantry/tests/bench/report"
)

// templates is the number of customers that are created by the use case. The other customers are copies of their rows
// in the list of customers.
const templates = report.MinimumSize

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
	filled := copies.Table{Client: client, Name: table, NewID: b.ids.New}
	rows, err := filled.Templates(ctx, string(b.reseller.Account.ID))
	if err != nil {
		return nil, err
	}
	if err := filled.Write(ctx, rows, templates, customers); err != nil {
		return nil, err
	}
	return b, b.indexCopies(ctx, customers-templates)
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
		input := directory.NewAccount{Login: copies.Serial(n), Contact: contact("Customer " + copies.Serial(n))}
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
