package dynamotest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/dynamo"
)

// Around is called for each call of a client. It sends the call, or returns an error in its place.
type Around func(call Call, send func() error) error

// client passes all calls of a client through around.
type client struct {
	inner  dynamo.Client
	around Around
}

// through sends a request through around. Without an answer there is no output.
func through[In, Out any](
	ctx context.Context,
	c client,
	send func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error),
	input *In,
) (*Out, error) {
	var output *Out
	err := c.around(describe(input), func() (err error) {
		output, err = send(ctx, input)
		return err
	})
	if err != nil {
		return nil, err
	}
	return output, nil
}

// GetItem implements dynamo.Client.
func (c client) GetItem(
	ctx context.Context,
	input *dynamodb.GetItemInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.GetItemOutput, error) {
	return through(ctx, c, c.inner.GetItem, input)
}

// BatchGetItem implements dynamo.Client.
func (c client) BatchGetItem(
	ctx context.Context, input *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	return through(ctx, c, c.inner.BatchGetItem, input)
}

// Query implements dynamo.Client.
func (c client) Query(
	ctx context.Context,
	input *dynamodb.QueryInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.QueryOutput, error) {
	return through(ctx, c, c.inner.Query, input)
}

// PutItem implements dynamo.Client.
func (c client) PutItem(
	ctx context.Context,
	input *dynamodb.PutItemInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.PutItemOutput, error) {
	return through(ctx, c, c.inner.PutItem, input)
}

// UpdateItem implements dynamo.Client.
func (c client) UpdateItem(
	ctx context.Context, input *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	return through(ctx, c, c.inner.UpdateItem, input)
}

// DeleteItem implements dynamo.Client.
func (c client) DeleteItem(
	ctx context.Context, input *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.DeleteItemOutput, error) {
	return through(ctx, c, c.inner.DeleteItem, input)
}

// BatchWriteItem implements dynamo.Client.
func (c client) BatchWriteItem(
	ctx context.Context, input *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchWriteItemOutput, error) {
	return through(ctx, c, c.inner.BatchWriteItem, input)
}

// TransactWriteItems implements dynamo.Client.
func (c client) TransactWriteItems(
	ctx context.Context, input *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	return through(ctx, c, c.inner.TransactWriteItems, input)
}
