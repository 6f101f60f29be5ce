package dynamo

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/tests/dynoxide"
)

// endpoint is the URL of dynoxide, or "" if it is not installed and the tests are -short.
var endpoint string

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.checks", rapidChecks()); err != nil {
		panic(err)
	}
	address, stop, err := dynoxide.Start(filepath.Join("..", ".."))
	if err != nil && !testing.Short() {
		stop()
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	endpoint = address
	code := m.Run()
	stop()
	os.Exit(code)
}

// rapidChecks returns the number of histories that are compared with the model: that of the command line, or 12. Each
// history has its own table.
func rapidChecks() string {
	checks := "12"
	flag.Visit(func(f *flag.Flag) {
		if f.Name == "rapid.checks" {
			checks = f.Value.String()
		}
	})
	return checks
}

var tables atomic.Int64

// emulatorConfig returns the configuration for dynoxide. It skips the test if dynoxide is not installed.
func emulatorConfig(tb testing.TB, client aws.HTTPClient) aws.Config {
	tb.Helper()
	if endpoint == "" {
		tb.Skip("the storage emulator is not installed")
	}
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}

// newTable creates a table with the schema, and returns its name.
func newTable(tb testing.TB) string {
	tb.Helper()
	table := fmt.Sprintf("tenantry-test-%d", tables.Add(1))
	client := dynamodb.NewFromConfig(emulatorConfig(tb, nil))
	if _, err := client.CreateTable(tb.Context(), Schema(table)); err != nil {
		tb.Fatal(err)
	}
	return table
}

// openOn returns a store on a table. It uses the HTTP client and does not wait between attempts.
func openOn(tb testing.TB, table string, now func() time.Time, client aws.HTTPClient) *Store {
	tb.Helper()
	s := Open(emulatorConfig(tb, client), table, now)
	s.client = withoutBackoff{s.client}
	s.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return s
}

// withoutBackoff is a client that does not wait between the attempts of the SDK.
type withoutBackoff struct{ Client }

// GetItem implements Client.
func (c withoutBackoff) GetItem(
	ctx context.Context, input *dynamodb.GetItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.GetItemOutput, error) {
	return c.Client.GetItem(ctx, input, append([]func(*dynamodb.Options){retryWithoutBackoff}, options...)...)
}

// BatchGetItem implements Client.
func (c withoutBackoff) BatchGetItem(
	ctx context.Context, input *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	return c.Client.BatchGetItem(ctx, input, append([]func(*dynamodb.Options){retryWithoutBackoff}, options...)...)
}

func retryWithoutBackoff(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts = maxCallAttempts
		r.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// random makes ids that the cases of the contract do not make. The emulator knows the tokens of transactions across all
// tables, and tokens contain ids.
var random = rand.NewChaCha8([32]byte{31: 1})

// OpenEmulated returns an empty store on the storage emulator.
func OpenEmulated(tb testing.TB, now func() time.Time) *Store {
	tb.Helper()
	return openOn(tb, newTable(tb), now, http.DefaultClient)
}
