package dynamo

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The tests run against dynoxide, the storage emulator of the local stack. `make tools` installs it; DYNOXIDE names
// another.

// endpoint is where dynoxide answers; "" when the tests are -short and without it.
var endpoint string

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.checks", rapidChecks()); err != nil {
		panic(err)
	}
	stop, err := startDynoxide()
	if err != nil && !testing.Short() {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// rapidChecks is how many histories the model is held against, unless the command line says how many. Each has a table
// of its own.
func rapidChecks() string {
	checks := "12"
	flag.Visit(func(f *flag.Flag) {
		if f.Name == "rapid.checks" {
			checks = f.Value.String()
		}
	})
	return checks
}

func startDynoxide() (stop func(), err error) {
	stop = func() {}
	path := os.Getenv("DYNOXIDE")
	if path == "" {
		path = filepath.Join("..", "..", ".local", "tools", "node_modules", "@dynoxide", "linux-x64", "dynoxide")
	}
	if _, err := os.Stat(path); err != nil {
		return stop, fmt.Errorf(
			"the storage emulator is not installed: run `make tools` (or go test -short, without the tests that need it)",
		)
	}
	dir, err := os.MkdirTemp("", "tenantry-dynamo-")
	if err != nil {
		return stop, err
	}
	port, err := freePort()
	if err != nil {
		return stop, err
	}
	command := exec.Command(
		path,
		"--host",
		"127.0.0.1",
		"--port",
		strconv.Itoa(port),
		"--db-path",
		filepath.Join(dir, "table.db"),
	)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		return stop, err
	}
	stop = func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = os.RemoveAll(dir)
	}
	endpoint = fmt.Sprintf("http://127.0.0.1:%d", port)
	return stop, waitFor(fmt.Sprintf("127.0.0.1:%d", port))
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func waitFor(address string) (err error) {
	for range 500 {
		var connection net.Conn
		if connection, err = net.Dial("tcp", address); err == nil {
			return connection.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("the storage emulator does not start: %w", err)
}

var tables atomic.Int64

// emulated returns the settings for dynoxide. Tests that need it are left out of -short runs without it.
func emulatorConfig(tb testing.TB, client aws.HTTPClient) aws.Config {
	tb.Helper()
	if endpoint == "" {
		tb.Skip("short, and the storage emulator is not installed")
	}
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}

// newTable creates a table as the schema says.
func newTable(tb testing.TB) string {
	tb.Helper()
	table := fmt.Sprintf("tenantry-test-%d", tables.Add(1))
	client := dynamodb.NewFromConfig(emulatorConfig(tb, nil))
	if _, err := client.CreateTable(tb.Context(), Schema(table)); err != nil {
		tb.Fatal(err)
	}
	return table
}

// openOn returns a store in a table, reached through the client.
func openOn(tb testing.TB, table string, now func() time.Time, client aws.HTTPClient) *Store {
	tb.Helper()
	s := Open(emulatorConfig(tb, client), table, now)
	s.client = withoutBackoff{s.client}
	s.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return s
}

// impatient does not wait between the SDK's own tries.
type withoutBackoff struct{ Client }

func (c withoutBackoff) GetItem(
	ctx context.Context, input *dynamodb.GetItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.GetItemOutput, error) {
	return c.Client.GetItem(ctx, input, append([]func(*dynamodb.Options){retryWithoutBackoff}, options...)...)
}

func (c withoutBackoff) BatchGetItem(
	ctx context.Context, input *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	return c.Client.BatchGetItem(ctx, input, append([]func(*dynamodb.Options){retryWithoutBackoff}, options...)...)
}

func retryWithoutBackoff(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts, r.Backoff = maxCallAttempts, retry.BackoffDelayerFunc(
			func(int, error) (time.Duration, error) { return 0, nil },
		)
	})
}

// random makes ids that the contract's cases do not make: some name a write beyond its table.
var random = rand.NewChaCha8([32]byte{31: 1})

// OpenEmulated returns an empty store on the storage emulator.
func OpenEmulated(tb testing.TB, now func() time.Time) *Store {
	tb.Helper()
	return openOn(tb, newTable(tb), now, http.DefaultClient)
}
