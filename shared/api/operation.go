package api

import (
	"net/http"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// maxBulk is the largest body of a bulk call, in bytes.
const maxBulk = 2 << 20

// BulkItem names one customer of many.
type BulkItem struct {
	Customer account.ID `json:"customer" maxLength:"40" doc:"a customer's id" example:"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

func (i BulkItem) item() operation.Item { return operation.Item{Customer: i.Customer} }

// Bulk is which customers are meant, where nothing more is said of each.
type Bulk struct{ BulkOf[BulkItem] }

// BulkOf is which customers are meant: those named, with what is said of each, or those that a filter finds when the operation
// begins.
type BulkOf[Item interface{ item() operation.Item }] struct {
	Items  []Item            `json:"items,omitempty" doc:"1 to 10000 customers, each once; instead of a filter"`
	Filter *operation.Filter `json:"filter,omitempty" doc:"instead of items; {} means all customers in your view"`
	DryRun bool              `json:"dryRun,omitempty" doc:"only say what would happen: at once for up to 100 items, which to convert, move or remove them may have up to 1000 subscriptions together; else by an operation. Customers to be moved are judged at once each by what those before it leave of the new owner's capacity, by an operation each as if it were alone."`
}

func (b BulkOf[Item]) wanted(order operation.Order, startAt *time.Time) operation.Wanted {
	wanted := operation.Wanted{Filter: b.Filter, Order: order, StartAt: startAt, DryRun: b.DryRun}
	if b.Items != nil {
		wanted.Items = make([]operation.Item, len(b.Items))
	}
	for i, item := range b.Items {
		wanted.Items[i] = item.item()
	}
	return wanted
}

// OperationPath names an operation in a path.
type OperationPath struct {
	OperationID string `path:"operationId" maxLength:"40" doc:"an operation's id"`
}

type operationOutput struct {
	ETag string `header:"ETag"`
	Body operation.View
}

func shownOperation(of operation.View, err error) (*operationOutput, error) {
	return &operationOutput{ETag: httpapi.ETag(of.Version), Body: of}, err
}

type acceptedOutput struct {
	Status   int
	Location string `header:"Location" doc:"of the operation; absent in a preview that is complete"`
	Body     operation.Answer
}

func accepted(of operation.Answer, err error) (*acceptedOutput, error) {
	if of.ID == "" {
		return &acceptedOutput{Status: http.StatusOK, Body: of}, err
	}
	return &acceptedOutput{Status: http.StatusAccepted, Location: "/v1/operations/" + of.ID, Body: of}, err
}

type acceptedOneOutput struct {
	Location string `header:"Location" doc:"of the operation"`
	Body     operation.Answer
}

func acceptedOne(of operation.Answer, err error) (*acceptedOneOutput, error) {
	return &acceptedOneOutput{Location: "/v1/operations/" + of.ID, Body: of}, err
}

// bulkFaults are those of bulk calls: an owner that is none. What is the matter with a customer is told of its item.
var bulkFaults = []fault.Code{fault.NotFound}
