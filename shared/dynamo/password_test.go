package dynamo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest/memtable"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// passwordScene is a customer with a password, on a table in memory.
type passwordScene struct {
	*testing.T

	table *memtable.Table
	store *Store
	ada   account.Account
}

func newPasswordScene(t *testing.T) *passwordScene {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }
	s := &passwordScene{T: t, table: memtable.New(Schema("table"), now)}
	s.store = s.open(s.table, now)
	s.ada = account.Account{
		ID: earlier, Kind: account.Customer, Login: "ada", Owner: account.AdministratorOwner, Lifecycle: account.Ready,
		Version: 1, PasswordVersion: 1,
	}
	s.must(s.store.Create(t.Context(), directory.AccountCreation{
		Account: s.ada, PasswordHash: "hash 1", Event: event.Event{ID: "evt_1", Account: s.ada.ID, At: now()},
	}))
	return s
}

func (s *passwordScene) open(client Client, now func() time.Time) *Store {
	return New(client, "table", now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

func (s *passwordScene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// change sets the password and ends all sessions.
func (s *passwordScene) change(hash string) {
	s.Helper()
	after := s.ada.Clone()
	after.Version++
	after.PasswordVersion++
	after.SessionEpoch++
	s.must(s.store.ChangeAccount(s.Context(), edit.AccountChange{
		Before: s.ada, After: after, PasswordHash: hash,
		Event: event.Event{ID: "evt_" + hash, Account: s.ada.ID, At: s.store.now()},
	}))
	s.ada = after
}

// Only the item of the password has the hash: the account and the event, which many functions read, do not.
func TestHashIsOnlyInItemOfPassword(t *testing.T) {
	s := newPasswordScene(t)
	s.change("hash 2")
	for _, stored := range s.table.All() {
		for name, value := range stored {
			if strings.HasPrefix(textOf(value), "hash") && keyOf(stored) != passwordKey(s.ada.ID) {
				t.Errorf("the item %v has a hash in %s", keyOf(stored), name)
			}
		}
	}
	stored, err := s.store.ReadPassword(t.Context(), s.ada.ID)
	if s.must(err); stored.Hash != "hash 2" || stored.Version != 2 {
		t.Errorf("got the password %+v, want the second one", stored)
	}
}

// tornClient reads a password before a change and the account after it, in the first batches.
type tornClient struct {
	Client

	torn   int // the number of batches
	change func()
}

func (c *tornClient) BatchGetItem(
	ctx context.Context, input *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	first, err := c.Client.BatchGetItem(ctx, input, options...)
	if c.torn == 0 {
		return first, err
	}
	c.torn--
	c.change()
	second, err2 := c.Client.BatchGetItem(ctx, input, options...)
	if err = errors.Join(err, err2); err != nil {
		return nil, err
	}
	isPassword := func(row item) bool { return strings.HasPrefix(textOf(row[partitionAttribute]), passwordPrefix) }
	rows := slices.DeleteFunc(slices.Clone(second.Responses["table"]), isPassword)
	for _, row := range first.Responses["table"] {
		if isPassword(row) {
			rows = append(rows, row)
		}
	}
	second.Responses["table"] = rows
	return second, nil
}

// A batch is no snapshot. A sign-in must not match an old password and then get a session of the new epoch.
func TestSignInReadsPasswordOfItsAccount(t *testing.T) {
	s := newPasswordScene(t)
	client := &tornClient{Client: s.table, torn: 1, change: func() { s.change("hash 2") }}
	chain, hash, err := s.open(client, s.store.now).ReadSignIn(t.Context(), []account.ID{s.ada.ID})
	if s.must(err); len(chain) != 1 || chain[0].SessionEpoch != 1 || hash != "hash 2" {
		t.Errorf("got %+v with the hash %q, want the account and the password after the change", chain, hash)
	}
	client.torn, client.change = 100, func() { s.change(fmt.Sprint("hash of version ", s.ada.Version)) }
	if _, hash, err := s.open(client, s.store.now).ReadSignIn(t.Context(), []account.ID{s.ada.ID}); err == nil {
		t.Errorf("got the hash %q of a password that keeps changing, want an error", hash)
	} else if code := fault.CodeOf(err); code != "" && code != fault.Unavailable {
		t.Errorf("got %v, want no refusal", err)
	}
	chain, hash, err = s.store.ReadSignIn(t.Context(), []account.ID{later})
	if s.must(err); len(chain) != 0 || hash != "" {
		t.Errorf("got %+v and %q of an unknown account, want nothing", chain, hash)
	}
}

// A call is recorded with each protected partition that it names, so that its role may use the partition.
func TestCallsOnProtectedPartitionsAreRecorded(t *testing.T) {
	password, other := passwordKey("a").attributes(), accountKey("a").attributes()
	secret := stackSecretKey().attributes()
	batch := func(keys ...item) *dynamodb.BatchGetItemInput {
		return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"table": {Keys: keys}}}
	}
	for _, c := range []struct {
		input any
		want  []string
	}{
		{batch(other), nil},
		{batch(other, secret, password), []string{"dynamodb:BatchGetItem table/PASSWORD#*", "dynamodb:BatchGetItem table/SECRET#*"}},
		{&dynamodb.GetItemInput{Key: secret}, []string{"dynamodb:GetItem table/SECRET#*"}},
		{&dynamodb.PutItemInput{Item: password}, []string{"dynamodb:PutItem table/PASSWORD#*"}},
		{&dynamodb.UpdateItemInput{Key: password}, []string{"dynamodb:UpdateItem table/PASSWORD#*"}},
		{&dynamodb.DeleteItemInput{Key: password}, []string{"dynamodb:DeleteItem table/PASSWORD#*"}},
		{&dynamodb.DeleteItemInput{Key: other}, nil},
		{&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"table": {
			{PutRequest: &types.PutRequest{Item: other}}, {DeleteRequest: &types.DeleteRequest{Key: password}},
		}}}, []string{"dynamodb:BatchWriteItem table/PASSWORD#*"}},
		{
			&dynamodb.QueryInput{ExpressionAttributeValues: item{":0": password[partitionAttribute]}},
			[]string{"dynamodb:Query table/PASSWORD#*"},
		},
		{&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{Item: password}},
			{Update: &types.Update{Key: other}},
			{Delete: &types.Delete{Key: password}},
			{ConditionCheck: &types.ConditionCheck{Key: secret}},
		}}, []string{
			"dynamodb:PutItem table/PASSWORD#*", "dynamodb:DeleteItem table/PASSWORD#*",
			"dynamodb:ConditionCheckItem table/SECRET#*",
		}},
	} {
		if got := protectedCallsOf(c.input); !slices.Equal(got, c.want) {
			t.Errorf("%T: got the calls %q, want %q", c.input, got, c.want)
		}
	}
}

// The consumers of the stream get new events and orders of the search index only, so no image of a password leaves the
// table.
func TestStreamPassesOnlyEvents(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const (
		events   = `- Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}`
		rebuilds = `- Pattern: '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["SEARCHREBUILD"]}}}}'`
	)
	consumers := strings.Count(string(template), "Type: DynamoDB\n")
	filters := strings.Count(string(template), "- Pattern: ")
	if consumers != 2 || filters != 3 || strings.Count(string(template), events) != 2 ||
		strings.Count(string(template), rebuilds) != 1 {
		t.Errorf("the stream has %d consumers and %d filters, want 2 for events and 1 for orders", consumers, filters)
	}
	if string(rebuildKey("a").sort) != "SEARCHREBUILD" {
		t.Errorf("an order has the key %v, want the one in the filter", rebuildKey("a"))
	}
	if k := passwordKey("a"); strings.HasPrefix(string(k.sort), eventSortPrefix) || k.sort == rebuildKey("a").sort {
		t.Errorf("a filter passes the password's item %v", k)
	}
}

// The roles deny the partitions that package dynamo protects.
func TestTemplateDeniesProtectedPartitions(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range protectedPrefixes {
		if !strings.Contains(string(template), `"`+prefix+`*"`) {
			t.Errorf("no role in template.yaml denies %s*", prefix)
		}
	}
	for _, k := range []key{passwordKey("a"), stackSecretKey()} {
		isProtected := func(prefix string) bool { return strings.HasPrefix(string(k.partition), prefix) }
		if !slices.ContainsFunc(protectedPrefixes, isProtected) {
			t.Errorf("the partition %s is not protected", k.partition)
		}
	}
}
