package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

// IndexChange prepares the replacement of an index while the service changes the table. It is for operators: it scans,
// which no function may do. See docs/runbooks/index-change.md.
type IndexChange struct {
	store   *Store
	scanner dynamodb.ScanAPIClient
	present func(stored item) (item, error) // the item as the present code writes it, or nil if its kind has no index keys
}

// OpenIndexChange returns the index change of a table of AWS.
func OpenIndexChange(config aws.Config, table string) IndexChange {
	scanner := dynamodb.NewFromConfig(config)
	return IndexChange{store: Open(config, table, nil), scanner: scanner, present: presentItem}
}

// FillResult is the result of a page.
type FillResult struct {
	Read    int
	Changed int
	Next    map[string]types.AttributeValue // where the next page begins; empty after the last page
}

const (
	maxConcurrentFills = 16
	maxFillAttempts    = 8
)

// FillPage reads a page of the table and sets the attributes of each item to the values that the present code writes.
// It removes an attribute that the present code does not write. Items that change meanwhile are computed again, so a
// page may be repeated at any time.
func (c IndexChange) FillPage(
	ctx context.Context, attributes []string, after map[string]types.AttributeValue, limit int32,
) (result FillResult, err error) {
	if err := validateFilled(attributes); err != nil {
		return result, err
	}
	input := &dynamodb.ScanInput{TableName: &c.store.table, ExclusiveStartKey: after, Limit: &limit}
	page, err := c.scanner.Scan(ctx, input)
	if err != nil {
		return result, fmt.Errorf("fill: %w", err)
	}
	isChanged := make([]bool, len(page.Items))
	var writes errgroup.Group
	writes.SetLimit(maxConcurrentFills)
	for i, row := range page.Items {
		writes.Go(func() (err error) {
			isChanged[i], err = c.fillItem(ctx, row, attributes)
			return err
		})
	}
	err = writes.Wait()
	result = FillResult{Read: len(page.Items), Next: page.LastEvaluatedKey}
	for _, changed := range isChanged {
		if changed {
			result.Changed++
		}
	}
	return result, err
}

// validateFilled returns an error if an attribute cannot be computed from its item alone: the shard in the partition of
// a list of accounts is the decision of another item (ADR 44).
func validateFilled(attributes []string) error {
	if len(attributes) == 0 {
		return errors.New("fill: there are no attributes")
	}
	for _, name := range attributes {
		isList := name == byOwnerName.partition || name == byShardName.partition
		if name == partitionAttribute || name == sortAttribute || isList {
			return fmt.Errorf("fill: %s cannot be filled", name)
		}
	}
	return nil
}

// fillItem sets the attributes of an item. It reports whether the item was changed.
func (c IndexChange) fillItem(ctx context.Context, stored item, attributes []string) (isChanged bool, err error) {
	k := keyOf(stored)
	for range maxFillAttempts {
		changes, err := c.filling(stored, attributes)
		if err != nil || !changes.nonEmpty {
			return false, err
		}
		err = c.store.retry(ctx, usual, func() (done bool, err error) {
			_, err = c.store.updateItem(ctx, k, changes, sameAs(stored, attributes))
			return outcomeOf(err) != retryable, err
		})
		found, hasChanged := asConditionFailure(err)
		switch {
		case !hasChanged:
			return err == nil, callError(err, "fill")
		case len(found) == 0:
			return false, nil // the item was deleted
		}
		stored = found
	}
	return false, fmt.Errorf("fill: %s changes too often; repeat the page", k.partition)
}

// filling returns the update that gives an item the attributes. Only strings are keys of indexes.
func (c IndexChange) filling(stored item, attributes []string) (changes update, err error) {
	present, err := c.present(stored)
	if err != nil || present == nil {
		return changes, err
	}
	for _, name := range attributes {
		if old := stored[name]; old != nil && !isText(old) || present[name] != nil && !isText(present[name]) {
			return changes, fmt.Errorf("fill: %s is not the key of an index, because it is not a string", name)
		}
		old, next := textOf(stored[name]), textOf(present[name])
		switch {
		case old == next:
		case next == "":
			changes = changes.remove(name)
		default:
			changes = changes.set(name, next)
		}
	}
	return changes, nil
}

func isText(v types.AttributeValue) bool {
	_, is := v.(*types.AttributeValueMemberS)
	return is
}

// sameAs is the condition that an item is as it was read. The item has no version that all of its changes raise.
func sameAs(stored item, attributes []string) condition {
	var conditions []condition
	for _, name := range slices.Sorted(maps.Keys(stored)) {
		conditions = append(conditions, equals(name, stored[name]))
	}
	for _, name := range attributes {
		if stored[name] == nil {
			conditions = append(conditions, attribute(name).AttributeNotExists())
		}
	}
	return allOf(conditions...)
}

// presentItem returns a stored item as the present code writes it, or nil if its kind has no index keys. Mails and
// tombstones of backups, which are due, live for a day and are not among these kinds.
func presentItem(stored item) (item, error) {
	switch textOf(stored[sortAttribute]) {
	case string(accountSort):
		return rewrite(stored, readAccount, newAccountItem)
	case "SUBSCRIPTION":
		return rewrite(stored, readSubscription, newSubscriptionItem)
	case "WEBSITE":
		return rewrite(stored, readWebsite, newWebsiteItem)
	case "BACKUP":
		return rewrite(stored, readBackup, newBackupItem)
	case "PLAN":
		return rewrite(stored, readPlan, newPlanItem)
	case "OPERATION":
		return rewrite(stored, readOperation, newOperationItem)
	}
	return nil, nil
}

func rewrite[T, S any](stored item, read func(item) (*T, error), write func(*T) S) (item, error) {
	object, err := read(stored)
	if err != nil {
		return nil, err
	}
	return attributevalue.MarshalMap(write(object))
}

// Compare returns the keys of the items that are in only one of two indexes, with the name of this index. An item that
// changes meanwhile may be among them: only items that differ again in a later comparison are missing.
func (c IndexChange) Compare(ctx context.Context, old, next string) (map[string]string, error) {
	differences := map[string]string{}
	err := c.scanIndex(ctx, old, func(name string) { differences[name] = old })
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	err = c.scanIndex(ctx, next, func(name string) {
		if differences[name] == old {
			delete(differences, name)
			seen[name] = true
		} else if !seen[name] {
			differences[name] = next
		}
	})
	return differences, err
}

// scanIndex calls visit with the key of each item in an index.
func (c IndexChange) scanIndex(ctx context.Context, name string, visit func(itemName string)) error {
	keys := expression.NamesList(attribute(partitionAttribute), attribute(sortAttribute))
	built, err := expression.NewBuilder().WithProjection(keys).Build()
	if err != nil {
		return err
	}
	pages := dynamodb.NewScanPaginator(c.scanner, &dynamodb.ScanInput{
		TableName: &c.store.table, IndexName: &name,
		ProjectionExpression: built.Projection(), ExpressionAttributeNames: built.Names(),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		for _, row := range page.Items {
			k := keyOf(row)
			visit(string(k.partition) + " " + string(k.sort))
		}
	}
	return nil
}
