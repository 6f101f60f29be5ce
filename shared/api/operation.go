package api

import (
	"net/http"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// maxBulk is the size limit of the body of a bulk request, in bytes.
const maxBulk = 2 << 20

// BulkItem names one customer of a bulk request.
type BulkItem struct {
	Customer account.ID `json:"customer" maxLength:"40" doc:"Id of the customer." example:"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

func (i BulkItem) item() operation.Item { return operation.Item{Customer: i.Customer} }

// Bulk selects customers by their ids or by a filter.
type Bulk struct{ BulkOf[BulkItem] }

// BulkOf selects the customers of a bulk request: either the listed items, which can have further fields, or the
// customers that match a filter when the operation starts.
type BulkOf[Item interface{ item() operation.Item }] struct {
	Items  []Item            `json:"items,omitempty" doc:"1 to 10,000 customers, each at most once. Send either items or a filter."`
	Filter *operation.Filter `json:"filter,omitempty" doc:"Selects the customers instead of items. {} selects all customers you can see."`
	DryRun bool              `json:"dryRun,omitempty" doc:"Whether to return only a preview of what would happen. The response is the complete preview for up to 100 items, which may have up to 1,000 subscriptions together if the operation converts, moves or removes them. Otherwise an operation makes the preview. A complete preview of a move checks each customer against the capacity that the customers before it leave. An operation checks each customer as if it were the only one."`
}

func (b BulkOf[Item]) wanted(order operation.Parameters, startAt *time.Time) operation.NewOperation {
	input := operation.NewOperation{Filter: b.Filter, Parameters: order, StartAt: startAt, DryRun: b.DryRun}
	if b.Items != nil {
		input.Items = make([]operation.Item, len(b.Items))
	}
	for i, item := range b.Items {
		input.Items[i] = item.item()
	}
	return input
}

// OperationPath holds the id of an operation in a path.
type OperationPath struct {
	OperationID string `path:"operationId" maxLength:"40" doc:"Id of the operation."`
}

type operationOutput struct {
	ETag string `header:"ETag"`
	Body operation.OperationView
}

func operationResponse(view operation.OperationView, err error) (*operationOutput, error) {
	return &operationOutput{ETag: httpapi.ETag(view.Version), Body: view}, err
}

type acceptedOutput struct {
	Status   int
	Location string `header:"Location" doc:"URL of the operation. Absent if the response is a complete preview."`
	Body     operation.AcceptResponse
}

// bulkResponse returns the response to a bulk request. Only a complete preview has no operation id.
func bulkResponse(answer operation.AcceptResponse, err error) (*acceptedOutput, error) {
	if answer.ID == "" {
		return &acceptedOutput{Status: http.StatusOK, Body: answer}, err
	}
	return &acceptedOutput{Status: http.StatusAccepted, Location: "/v1/operations/" + answer.ID, Body: answer}, err
}

type acceptedOneOutput struct {
	Location string `header:"Location" doc:"URL of the operation."`
	Body     operation.AcceptResponse
}

func acceptedResponse(answer operation.AcceptResponse, err error) (*acceptedOneOutput, error) {
	return &acceptedOneOutput{Location: "/v1/operations/" + answer.ID, Body: answer}, err
}

// bulkFaults lists the faults of bulk requests. An unknown owner is not found. Faults of single customers are results
// of their items.
var bulkFaults = []fault.Code{fault.NotFound}
