package dynamo

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/idempotency"
)

// Client is what the store uses of the SDK.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Store keeps everything in one table. It implements the ports of the domain packages; each method says how many round
// trips it takes when nothing goes wrong. Errors are faults where the port names them; fault.Unavailable when the storage
// is out of reach; all others are defects.
type Store struct {
	client Client
	table  string
	now    func() time.Time
	wait   Wait

	secrets           sync.Mutex
	cursorKey         []byte
	idempotencySecret idempotency.Secret
}

const (
	callTimeout = 3 * time.Second        // of one HTTP call; DynamoDB answers within tens of milliseconds
	callTries   = 4                      // of a call that may be repeated without asking
	longestWait = 400 * time.Millisecond // between two tries
)

// Open returns the store in a table.
func Open(config aws.Config, table string, now func() time.Time) *Store {
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
		o.HTTPClient = httpClient(config.HTTPClient)
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = callTries, longestWait
		})
		o.APIOptions = append(o.APIOptions, recordCalls)
	})
	return New(client, table, now, waitJittered)
}

// Wait waits before another attempt, at most as long as told. It returns an error if there is no time for one.
type Wait func(ctx context.Context, longest time.Duration) error

// New returns the store in a table that the client reaches.
func New(client Client, table string, now func() time.Time, wait Wait) *Store {
	return &Store{client: client, table: table, now: now, wait: wait}
}

// httpClient limits how long a call may take, and keeps the connections open over which a list is read side by side.
func httpClient(given aws.HTTPClient) aws.HTTPClient {
	client, buildable := given.(*awshttp.BuildableClient)
	switch {
	case given == nil:
		client = awshttp.NewBuildableClient()
	case !buildable:
		return given
	}
	return client.WithTimeout(callTimeout).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConnsPerHost = 4 * globalShards
	})
}

// waitJittered waits with full jitter.
func waitJittered(ctx context.Context, longest time.Duration) error {
	timer := time.NewTimer(time.Duration(rand.Float64() * float64(longest))) //nolint:gosec // nobody gains by guessing how long a pause is
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

const (
	maxTries     = 8 // of what the store repeats itself
	firstPause   = 25 * time.Millisecond
	longestPause = time.Second
)

// pause waits before the next attempt. It returns an error if there is no time for one.
func (s *Store) pause(ctx context.Context, try int) error {
	return s.wait(ctx, min(longestPause, firstPause<<(try-1)))
}

// pingTimeout is how long the table may take to answer a ping.
const pingTimeout = 2 * time.Second

// Ping tells whether the table answers, at once and not at the third try. Round trips: 1.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: firstAdministratorKey().attributes()}, unrepeated)
	return failed(err, "ping")
}

// unrepeated has the SDK send a call only once.
func unrepeated(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
