package dynamo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// An item of DynamoDB has at most 400 KB. A batch of the longest reasons and forecasts stays far below.
func TestLargestBatchFitsIntoAnItem(t *testing.T) {
	t.Parallel()
	const longestReason = "max_subftp_users: asked 9007199254740992, available 9007199254740991; "
	batch := operation.Batch{
		Operation: "op_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Finished:  true,
		Forecasts: map[int]operation.Forecast{},
	}
	for index := range operation.BatchSize {
		set := resource.Set{Allotments: map[string]int64{}}
		for i, known := range resource.Describe().Allotments {
			set.Allotments[known.Name] = 1<<53 - int64(7919*index*(i+1)) // all different
		}
		all, capacity := resource.Everything(), resource.DemandOf(set, 1).Plus(resource.DemandOf(resource.Everything(), 1000))
		all.Allotments = set.Allotments
		batch.Forecasts[index] = operation.Forecast{
			Customers: 1 << 40, PanelUsers: 1 << 40, Subscriptions: 1 << 40, Websites: 1 << 40, Backups: 1 << 40,
			Resources: &all, Capacity: &capacity, Available: set.Allotments,
		}
		batch.Unsuccessful = append(batch.Unsuccessful, operation.ItemResult{
			Index:    index,
			Customer: account.ID(fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", index)),
			State:    operation.Failed,
			Code:     fault.LimitExceeded,
			Detail:   strings.Repeat(longestReason, len(set.Allotments)),
		})
	}
	stored, err := newBatchItem(&batch)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(stored.Unsuccessful) + len(stored.Forecasts); size > 200_000 {
		t.Errorf(
			"the batch has %d bytes: %d of reasons, %d of forecasts; want at most 200000",
			size,
			len(stored.Unsuccessful),
			len(stored.Forecasts),
		)
	}
}

// Items that were written before the attribute existed have no heardAt.
func TestOperationWithoutHeardAtWasHeardOfAtItsCreation(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	stored := newOperationItem(&operation.Operation{ID: "op_1", CreatedAt: created, HeardAt: created.Add(time.Hour)})
	stored.HeardAt = nil
	row, err := attributevalue.MarshalMap(stored)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := readOperation(row); err != nil || !o.HeardAt.Equal(created) {
		t.Errorf("heard of at %s, error %v; want %s", o.HeardAt, err, created)
	}
}
