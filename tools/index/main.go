// Index prepares the replacement of an index of the table while the service runs. docs/runbooks/index-change.md says when
// to run which command.
//
//	go run . [-state <file>] fill <table> <attribute>...
//	go run . compare <table> <old index> <new index>
//
// Fill walks through the table and sets key attributes to the values that the code of this checkout writes. It removes
// an attribute that this code does not write. It saves its position after each page, and continues there if it was
// interrupted. Compare reads both indexes several times. It fails if an item is in one index only.
//
// It finds the account like the AWS command line. AWS_ENDPOINT_URL_DYNAMODB names another endpoint, such as an
// emulator's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
)

const usage = "usage: index [-state <file>] fill <table> <attribute>... | index compare <table> <old index> <new index>"

var errDifferent = errors.New("the indexes differ")

func main() {
	flag.Usage = func() { fmt.Fprintln(os.Stderr, usage); flag.PrintDefaults() }
	state := flag.String("state", "", "the file with the position of an interrupted fill; default index-fill-<table>.json")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, flag.Args(), *state)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "index:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, state string) error {
	if len(arguments) < 3 {
		return errors.New(usage)
	}
	command, table, names := arguments[0], arguments[1], arguments[2:]
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	change := dynamo.OpenIndexChange(loaded, table)
	if state == "" {
		state = "index-fill-" + table + ".json"
	}
	switch {
	case command == "fill":
		return fill(ctx, change, names, state)
	case command == "compare" && len(names) == 2:
		return compare(ctx, change, names[0], names[1], pause)
	}
	return errors.New(usage)
}

// filler is the part of dynamo.IndexChange that fills.
type filler interface {
	FillPage(
		ctx context.Context, attributes []string, after map[string]types.AttributeValue, limit int32,
	) (dynamo.FillResult, error)
}

// comparer is the part of dynamo.IndexChange that compares.
type comparer interface {
	Compare(ctx context.Context, old, next string) (map[string]string, error)
}

const pageSize = 500 // items; a page of DynamoDB ends after 1 MB, too

// fill fills all pages. The state file has the attributes and the position of the next page.
func fill(ctx context.Context, change filler, attributes []string, path string) error {
	position, err := load(path, attributes)
	if err != nil {
		return err
	}
	read, changed := 0, 0
	for page := 1; ; page++ {
		result, err := change.FillPage(ctx, attributes, position, pageSize)
		read, changed = read+result.Read, changed+result.Changed
		if err != nil {
			return fmt.Errorf("%w (%d items read, %d changed; run the command again to continue)", err, read, changed)
		}
		if position = result.Next; len(position) == 0 {
			fmt.Printf("done: %d items read, %d changed\n", read, changed)
			return remove(path)
		}
		if err := save(path, attributes, position); err != nil {
			return err
		}
		if page%20 == 0 {
			fmt.Printf("%d items read, %d changed\n", read, changed)
		}
	}
}

const (
	comparisons = 4
	pause       = 5 * time.Second // longer than an index is behind its table
)

// compare compares the indexes. An item that changes during one comparison is equal in a later one.
func compare(ctx context.Context, change comparer, old, next string, pause time.Duration) error {
	var remaining map[string]string
	for n := range comparisons {
		found, err := change.Compare(ctx, old, next)
		if err != nil {
			return err
		}
		if n == 0 {
			remaining = found
		}
		maps.DeleteFunc(remaining, func(item, index string) bool { return found[item] != index })
		fmt.Printf("%d items are in one index only; %d of them since the first comparison\n", len(found), len(remaining))
		if len(remaining) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	for _, item := range slices.Sorted(maps.Keys(remaining)) {
		fmt.Printf("only in %s: %s\n", remaining[item], item)
	}
	return errDifferent
}
