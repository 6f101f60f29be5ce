package dynamo

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// byOwnerOrder is the index of the next release: names without hyphens, and fewer attributes.
var byOwnerOrder = index{"accounts-by-owner-order", "ownerList", "listOrder", types.ProjectionTypeInclude}

// orderOf returns the key in the new index, from the key in the old one.
func orderOf(listName string) string { return strings.ReplaceAll(listName, "-", "") }

// nextRelease is a client that writes what the next release writes: the new key beside the old one.
type nextRelease struct{ Client }

var assignment = regexp.MustCompile(`(#\d+) = (:\d+)`)

// TransactWriteItems implements Client.
func (c nextRelease) TransactWriteItems(
	ctx context.Context, input *dynamodb.TransactWriteItemsInput, options ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	next := *input
	next.TransactItems = slices.Clone(input.TransactItems)
	for i, write := range next.TransactItems {
		switch {
		case write.Put != nil && write.Put.Item[byOwnerName.sort] != nil:
			put := *write.Put
			put.Item = maps.Clone(put.Item)
			put.Item[byOwnerOrder.sort] = text(orderOf(textOf(put.Item[byOwnerName.sort])))
			next.TransactItems[i].Put = &put
		case write.Update != nil:
			next.TransactItems[i].Update = withOrder(write.Update)
		}
	}
	return c.Client.TransactWriteItems(ctx, &next, options...)
}

// withOrder adds the new key to an update that sets the old one.
func withOrder(u *types.Update) *types.Update {
	for _, match := range assignment.FindAllStringSubmatch(*u.UpdateExpression, -1) {
		if u.ExpressionAttributeNames[match[1]] != byOwnerName.sort {
			continue
		}
		next := *u
		next.UpdateExpression = aws.String(strings.Replace(*u.UpdateExpression, "SET ", "SET #order = :order, ", 1))
		next.ExpressionAttributeNames = maps.Clone(u.ExpressionAttributeNames)
		next.ExpressionAttributeNames["#order"] = byOwnerOrder.sort
		next.ExpressionAttributeValues = maps.Clone(u.ExpressionAttributeValues)
		next.ExpressionAttributeValues[":order"] = text(orderOf(textOf(u.ExpressionAttributeValues[match[2]])))
		return &next
	}
	return u
}

// presentInNextRelease returns an item as the next release writes it.
func presentInNextRelease(stored item) (item, error) {
	present, err := presentItem(stored)
	if present[byOwnerName.sort] != nil {
		present[byOwnerOrder.sort] = text(orderOf(textOf(present[byOwnerName.sort])))
	}
	return present, err
}

// killed is a client whose process ends after a number of updates.
type killed struct {
	Client
	remaining *atomic.Int64
}

var errKilled = errors.New("the process was killed")

// UpdateItem implements Client.
func (c killed) UpdateItem(
	ctx context.Context, input *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	if c.remaining.Add(-1) < 0 {
		return nil, errKilled
	}
	return c.Client.UpdateItem(ctx, input, options...)
}
