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
	jitter func() float64 // in [0, 1)
	sleep  func(ctx context.Context, d time.Duration) error

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
	return &Store{client: client, table: table, now: now, jitter: jitter, sleep: sleep}
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
		t.MaxIdleConnsPerHost = 4 * allShards
	})
}

func jitter() float64 { return rand.Float64() } //nolint:gosec // nobody gains by guessing how long a pause is

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
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

// pause waits before the next try, with full jitter. It reports why there shall be none.
func (s *Store) pause(ctx context.Context, try int) error {
	longest := min(longestPause, firstPause<<(try-1))
	return s.sleep(ctx, time.Duration(s.jitter()*float64(longest)))
}

// pingTimeout is how long the table may take to answer a ping.
const pingTimeout = 2 * time.Second

// Ping tells whether the table answers, at once and not at the third try. Round trips: 1.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: firstKey().attributes()}, unrepeated)
	return failed(err, "ping")
}

// unrepeated has the SDK send a call only once.
func unrepeated(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
