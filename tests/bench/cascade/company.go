package cascade

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/request"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// company is a table with two resellers. The first one has a service plan and customers, whose subscriptions have one
// website each. The other one has limits and a service plan; customers are moved to it.
type company struct {
	table     string
	client    *dynamodb.Client
	store     *dynamo.Store
	ids       idgen.Generator
	admin     access.Caller
	reseller  access.Caller
	plan      plan.ID
	customers []account.ID
	other     access.Caller
	otherPlan plan.ID
}

// processors returns the implementations of the operations that are measured.
func (c *company) processors() map[operation.Kind]operation.Processor {
	backups := backup.Backups{Store: c.store, NewID: c.ids.New, Now: clock.Now} // there are none, so it needs no S3
	processors := removal.Remover{Store: c.store, Backups: backups, NewID: c.ids.New, Now: clock.Now}.Processors()
	maps.Copy(processors, transfer.Mover{Store: c.store, NewID: c.ids.New, Now: clock.Now}.Processors())
	return processors
}

// newCompany creates a table with a company. It runs in a bubble of virtual time.
func newCompany(tb testing.TB, endpoint string, client aws.HTTPClient, f Flow) *company {
	tb.Helper()
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	table := "tenantry-cascade"
	c := &company{
		table: table, client: dynamodb.NewFromConfig(config), store: dynamo.Open(config, table, clock.Now).GroupWrites(),
		ids: idgen.Generator{Now: clock.Now, Random: rand.Reader},
	}
	schema := dynamo.Schema(table)
	schema.StreamSpecification = nil // not used here, and writes become slower as the emulator's stream grows
	if _, err := c.client.CreateTable(tb.Context(), schema); err != nil {
		tb.Fatal(err)
	}
	if err := c.fill(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
	return c
}

// fakeHasher replaces the password hasher, which would take most of the time.
type fakeHasher struct{}

// Hash returns a text that is no hash.
func (fakeHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

// Matches returns false. Nobody signs in here.
func (fakeHasher) Matches(string, string) bool { return false }

func (c *company) fill(ctx context.Context, f Flow) error {
	policy := password.Policy{Minimum: 15}
	first := access.FirstAdministrator{
		Store: c.store, NewID: c.ids.New, Hasher: fakeHasher{}, Policy: policy, Random: rand.Reader, Now: clock.Now,
	}
	founder, err := first.Create(ctx, "bench", access.AdministratorInput{Login: "boss", Contact: contact("Boss")})
	if err != nil {
		return err
	}
	if c.admin, err = c.caller(ctx, founder.ID); err != nil {
		return err
	}
	many := 1 << 30
	mails := maillimit.Limiter{Attempts: c.store, Limits: maillimit.Limits{
		Recipient: many, RecipientKind: many, Customer: many, Reseller: many, Administrator: many,
	}}
	create := directory.Create{
		Store: c.store, NewID: c.ids.New, Passwords: fakeHasher{}, Policy: policy, Mails: mails, Now: clock.Now,
	}
	if c.reseller, c.plan, err = c.createReseller(ctx, create, "north", nil); err != nil {
		return err
	}
	limits := resource.Set{Allotments: map[string]int64{"disk_space": 1e9, resource.Customers: 1e6}}
	if c.other, c.otherPlan, err = c.createReseller(
		ctx,
		create,
		"south",
		&account.ResellerLimits{Resources: limits},
	); err != nil {
		return err
	}
	for n := range f.Customers {
		customer, err := create.Customer(ctx, c.reseller, request.Metadata{}, directory.NewAccount{
			Login: fmt.Sprintf("customer%d", n), Contact: contact(fmt.Sprintf("Customer %d", n)),
		})
		if err != nil {
			return err
		}
		c.customers = append(c.customers, customer.ID)
		if err := c.createSubscriptions(ctx, customer.ID, n, f.Subscriptions); err != nil {
			return err
		}
	}
	return nil
}

// createReseller creates a reseller with a service plan. If given is nil, the reseller has no limits.
func (c *company) createReseller(
	ctx context.Context, create directory.Create, login string, given *account.ResellerLimits,
) (reseller access.Caller, servicePlan plan.ID, err error) {
	input := directory.NewAccount{Login: login, Contact: contact(login), Given: given}
	created, err := create.Reseller(ctx, c.admin, request.Metadata{}, input)
	if err != nil {
		return reseller, "", err
	}
	if reseller, err = c.caller(ctx, created.ID); err != nil {
		return reseller, "", err
	}
	name := "Standard"
	plans := plan.Plans{Prefix: plan.ServicePrefix, Store: c.store, NewID: c.ids.New, Now: clock.Now}
	standard, err := plans.Create(ctx, reseller, request.Metadata{}, plan.Input{
		Name: &name, Allotments: map[string]int64{"disk_space": 100},
	})
	return reseller, standard.ID, err
}

// createSubscriptions creates subscriptions for a customer. The number is a part of their domains.
func (c *company) createSubscriptions(ctx context.Context, customer account.ID, number, count int) error {
	subscriptions := hosting.Subscriptions{Store: c.store, NewID: c.ids.New, Now: clock.Now}
	for n := range count {
		_, err := subscriptions.Create(ctx, c.reseller, request.Metadata{}, string(customer), hosting.NewSubscription{
			Domain: fmt.Sprintf("site%d.customer%d.example", n, number), ServicePlan: string(c.plan),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// caller returns an account as the caller of use cases.
func (c *company) caller(ctx context.Context, id account.ID) (access.Caller, error) {
	chain, err := c.store.ReadChain(ctx, []account.ID{id})
	if err != nil || len(chain) == 0 {
		return access.Caller{}, fmt.Errorf("read account %s: %d found, %w", id, len(chain), err)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}, nil
}

func contact(name string) account.Contact {
	return account.Contact{
		Name: name, Email: "somebody@example.com", Company: "A company", Phone: "+353 1 234 5678", City: "Dublin",
		Country: "IE",
	}
}

type row = map[string]types.AttributeValue

// rows returns all rows of the table, by their keys.
func (c *company) rows(tb testing.TB) map[string]row {
	tb.Helper()
	all := map[string]row{}
	pages := dynamodb.NewScanPaginator(c.client, &dynamodb.ScanInput{TableName: &c.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range page.Items {
			all[stringValue(r["pk"])+"\n"+stringValue(r["sk"])] = r
		}
	}
	return all
}

// stringValue returns the value of a string attribute, or "" if the attribute is missing or no string.
func stringValue(value types.AttributeValue) string {
	s, _ := value.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
