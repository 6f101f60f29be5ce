package dynamo

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/idempotency"
	"tenantry/shared/sdkhttp"
)

// Client has the calls of the SDK that the store uses.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(
		context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options),
	) (*dynamodb.BatchGetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	BatchWriteItem(
		context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options),
	) (*dynamodb.BatchWriteItemOutput, error)
	TransactWriteItems(
		context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options),
	) (*dynamodb.TransactWriteItemsOutput, error)
}

// Store stores everything in one table. It implements the ports of the domain packages. Each method names its round
// trips without failures. It returns the faults that its port names, fault.Unavailable if the table cannot be reached,
// and other errors for defects.
type Store struct {
	client Client
	table  string
	now    func() time.Time
	wait   Wait
	groups *groups // nil if each transaction is committed alone

	endings knownEndings
	shards  knownListShards

	secrets           sync.Mutex
	cursorKey         []byte
	idempotencySecret idempotency.Secret
}

const (
	callTimeout     = 3 * time.Second        // of one HTTP request; DynamoDB answers within tens of milliseconds
	maxCallAttempts = 4                      // by the SDK, for calls that may be repeated
	maxCallBackoff  = 400 * time.Millisecond // between two attempts by the SDK
)

// Open returns the store on a table of AWS.
func Open(config aws.Config, table string, now func() time.Time) *Store {
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
		o.HTTPClient = sdkhttp.New(config.HTTPClient, sdkhttp.Settings{
			Timeout: callTimeout, IdleConnections: 4 * globalShards, // for the parallel reads of a list
		})
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = maxCallAttempts, maxCallBackoff
		})
		o.APIOptions = append(o.APIOptions, recordCalls)
	})
	return New(client, table, now, WaitJittered)
}

// Wait waits before another attempt, for at most longest. It returns an error if the context ends first.
type Wait func(ctx context.Context, longest time.Duration) error

// New returns the store on a table that the client reaches.
func New(client Client, table string, now func() time.Time, wait Wait) *Store {
	return &Store{client: client, table: table, now: now, wait: wait}
}

// WaitJittered waits with full jitter.
func WaitJittered(ctx context.Context, longest time.Duration) error {
	timer := time.NewTimer(time.Duration(rand.Float64() * float64(longest))) //nolint:gosec // a pause is no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// patience says how often the store tries a call, and how long it waits between two attempts.
type patience struct {
	attempts     int
	longestPause time.Duration
}

// usual is the patience for transactions and batches of reads.
var usual = patience{attempts: 8, longestPause: time.Second}

const firstPause = 25 * time.Millisecond

// retry calls attempt until it is done, with growing pauses. It returns the error of the last attempt if it is done,
// and fault.Unavailable if there are no attempts left or the context ends.
func (s *Store) retry(ctx context.Context, p patience, attempt func() (done bool, err error)) error {
	pause := firstPause
	for n := 1; ; n++ {
		done, err := attempt()
		if done {
			return err
		}
		if n == p.attempts || s.wait(ctx, min(p.longestPause, pause)) != nil {
			return unavailable(err)
		}
		pause = min(2*pause, p.longestPause)
	}
}

const pingTimeout = 2 * time.Second

// Ping returns nil if the table answers the first attempt. Round trips: 1.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: firstAdministratorKey().attributes(),
	}, unrepeated)
	return callError(err, "ping")
}

// unrepeated makes the SDK send a call only once.
func unrepeated(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
