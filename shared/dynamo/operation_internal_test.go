package dynamo

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// An item may have 400 KB. A batch that fills with the longest reasons and forecasts stays far below.
func TestLargestBatchFitsIntoAnItem(t *testing.T) {
	t.Parallel()
	batch := operation.Batch{
		Operation: "op_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Finished:  true,
		Forecasts: map[int]operation.Forecast{},
	}
	for at := range operation.BatchSize {
		set := resource.Set{Allotments: map[string]int64{}}
		for i, known := range resource.Describe().Allotments {
			set.Allotments[known.Name] = 1<<53 - int64(7919*at*(i+1)) // all different
		}
		all, capacity := resource.Everything(), resource.DemandOf(set, 1).Plus(resource.DemandOf(resource.Everything(), 1000))
		all.Allotments = set.Allotments
		batch.Forecasts[at] = operation.Forecast{
			Customers: 1 << 40, PanelUsers: 1 << 40, Subscriptions: 1 << 40, Websites: 1 << 40, Backups: 1 << 40,
			Resources: &all, Capacity: &capacity, Available: set.Allotments,
		}
		batch.Unsuccessful = append(batch.Unsuccessful, operation.ItemResult{
			Index:    at,
			Customer: account.ID(fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", at)),
			State:    operation.Failed,
			Code:     fault.LimitExceeded,
			Detail: strings.Repeat(
				"max_subftp_users: asked 9007199254740992, available 9007199254740991; ",
				len(set.Allotments),
			),
		})
	}
	stored, err := newBatchItem(&batch)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(stored.Unsuccessful) + len(stored.Forecasts); size > 200_000 {
		t.Errorf("it has %d bytes: %d of reasons, %d of forecasts", size, len(stored.Unsuccessful), len(stored.Forecasts))
	} else {
		t.Logf("%d bytes of reasons, %d of forecasts", len(stored.Unsuccessful), len(stored.Forecasts))
	}
}
