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
	"tenantry/shared/ident"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/request"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// company is a table with a reseller, its service plan, and its customers with subscriptions of one website each; and another
// reseller with limits and a service plan, to whom customers are moved.
type company struct {
	table      string
	client     *dynamodb.Client
	store      *dynamo.Store
	ids        ident.Source
	admin      access.Caller
	reseller   access.Caller
	terms      plan.ID
	customers  []account.ID
	other      access.Caller
	otherTerms plan.ID
}

// works are all kinds of work that flows measure.
func (c *company) works() map[operation.Kind]operation.Work {
	backups := backup.Backups{Store: c.store, NewID: c.ids.New, Now: clock.Now} // there are none whose storage would be asked
	works := removal.Accounts{Store: c.store, Backups: backups, NewID: c.ids.New, Now: clock.Now}.Works()
	maps.Copy(works, transfer.Accounts{Store: c.store, NewID: c.ids.New, Now: clock.Now}.Works())
	return works
}

// found makes a company. It is called in a bubble.
func found(tb testing.TB, endpoint string, client aws.HTTPClient, f Flow) *company {
	tb.Helper()
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), HTTPClient: client,
	}
	table := "tenantry-cascade"
	c := &company{
		table: table, client: dynamodb.NewFromConfig(config), store: dynamo.Open(config, table, clock.Now),
		ids: ident.Source{Now: clock.Now, Random: rand.Reader},
	}
	schema := dynamo.Schema(table)
	schema.StreamSpecification = nil // nobody reads it, and the emulator writes the slower the more there is in it
	if _, err := c.client.CreateTable(tb.Context(), schema); err != nil {
		tb.Fatal(err)
	}
	if err := c.fill(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
	return c
}

type plain struct{}

// Hash hides nothing.
func (plain) Hash(text string) (string, error) { return "hash of " + text, nil }

// Matches is never asked: nobody signs in.
func (plain) Matches(string, string) bool { return false }

func (c *company) fill(ctx context.Context, f Flow) error {
	policy := password.Policy{Minimum: 15}
	first := access.FirstAdministrator{Store: c.store, NewID: c.ids.New, Hasher: plain{}, Policy: policy, Random: rand.Reader, Now: clock.Now}
	founder, err := first.Create(ctx, "bench", access.NewAdministrator{Login: "boss", Contact: contact("Boss")})
	if err != nil {
		return err
	}
	if c.admin, err = c.as(ctx, founder.ID); err != nil {
		return err
	}
	create := directory.Create{Store: c.store, NewID: c.ids.New, Passwords: plain{}, Policy: policy, Now: clock.Now}
	if c.reseller, c.terms, err = c.resell(ctx, create, "north", nil); err != nil {
		return err
	}
	limits := resource.Set{Allotments: map[string]int64{"disk_space": 1e9, resource.Customers: 1e6}}
	if c.other, c.otherTerms, err = c.resell(ctx, create, "south", &account.Given{Resources: limits}); err != nil {
		return err
	}
	for n := range f.Customers {
		made, err := create.Customer(ctx, c.reseller, request.Metadata{}, directory.NewAccount{
			Login: fmt.Sprintf("customer%d", n), Contact: contact(fmt.Sprintf("Customer %d", n)),
		})
		if err != nil {
			return err
		}
		c.customers = append(c.customers, made.ID)
		if err := c.host(ctx, made.ID, n, f.Subscriptions); err != nil {
			return err
		}
	}
	return nil
}

// resell makes a reseller, whom something is given or everything, with a service plan.
func (c *company) resell(ctx context.Context, create directory.Create, login string, given *account.Given) (by access.Caller, terms plan.ID, err error) {
	made, err := create.Reseller(ctx, c.admin, request.Metadata{}, directory.NewAccount{Login: login, Contact: contact(login), Given: given})
	if err != nil {
		return by, "", err
	}
	if by, err = c.as(ctx, made.ID); err != nil {
		return by, "", err
	}
	name := "Standard"
	kept, err := plan.Keeper{Prefix: plan.ServicePrefix, Store: c.store, NewID: c.ids.New, Now: clock.Now}.Create(ctx, by, request.Metadata{}, plan.Wanted{
		Name: &name, Allotments: map[string]int64{"disk_space": 100},
	})
	return by, kept.ID, err
}

// host gives a customer subscriptions.
func (c *company) host(ctx context.Context, customer account.ID, number, subscriptions int) error {
	hosted := hosting.Subscriptions{Store: c.store, NewID: c.ids.New, Now: clock.Now}
	for n := range subscriptions {
		_, err := hosted.Create(ctx, c.reseller, request.Metadata{}, string(customer), hosting.NewSubscription{
			Domain: fmt.Sprintf("site%d.customer%d.example", n, number), ServicePlan: string(c.terms),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// as is an account as a caller.
func (c *company) as(ctx context.Context, id account.ID) (access.Caller, error) {
	chain, err := c.store.ReadChain(ctx, []account.ID{id})
	if err != nil || len(chain) == 0 {
		return access.Caller{}, fmt.Errorf("there is no %s: %w", id, err)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}, nil
}

func contact(name string) account.Contact {
	return account.Contact{Name: name, Email: "somebody@example.com", Company: "A company", Phone: "+353 1 234 5678", City: "Dublin", Country: "IE"}
}

type row = map[string]types.AttributeValue

// rows reads the whole table, by keys.
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
			all[textOf(r["pk"])+"\n"+textOf(r["sk"])] = r
		}
	}
	return all
}

func textOf(value types.AttributeValue) string {
	text, _ := value.(*types.AttributeValueMemberS)
	if text == nil {
		return ""
	}
	return text.Value
}
