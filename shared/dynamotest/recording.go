package dynamotest

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest/memtable"
	"tenantry/shared/event"
)

// recording is a table in memory whose stream is recorded.
type recording struct {
	*memtable.Table
	record func(event.Event)
}

// NewRecording returns an empty store on a table in memory. It calls record with each event of an account, and with each
// order to index an account again, after they were written: one at a time.
func NewRecording(now func() time.Time, record func(event.Event)) *Store {
	now = locked(now)
	var mu sync.Mutex
	recordOne := func(written event.Event) {
		mu.Lock()
		defer mu.Unlock()
		record(written)
	}
	return On(recording{memtable.New(dynamo.Schema(tableName), now), recordOne}, tableName, now)
}

// TransactWriteItems implements dynamo.Client.
func (r recording) TransactWriteItems(
	ctx context.Context, input *dynamodb.TransactWriteItemsInput, options ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	output, err := r.Table.TransactWriteItems(ctx, input, options...)
	for _, write := range input.TransactItems {
		if err == nil && write.Put != nil {
			r.recordItem(write.Put.Item)
		}
	}
	return output, err
}

// BatchWriteItem implements dynamo.Client.
func (r recording) BatchWriteItem(
	ctx context.Context, input *dynamodb.BatchWriteItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.BatchWriteItemOutput, error) {
	output, err := r.Table.BatchWriteItem(ctx, input, options...)
	for _, write := range input.RequestItems[tableName] {
		if err == nil && write.PutRequest != nil {
			r.recordItem(write.PutRequest.Item)
		}
	}
	return output, err
}

func (r recording) recordItem(stored map[string]types.AttributeValue) {
	if written, err := dynamo.ReadSearchEvent(Image(stored)); err == nil && written.Account != "" {
		r.record(written)
	}
}
