package operation_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// previewCounter is a processor that counts previews and starts.
type previewCounter struct {
	operation.Processor

	previews *atomic.Int64
}

// Preview implements operation.Processor.
func (c previewCounter) Preview(context.Context, operation.Job) (operation.Forecast, error) {
	c.previews.Add(1)
	return operation.Forecast{}, nil
}

// Start implements operation.StartingProcessor.
func (c previewCounter) Start(context.Context, operation.Job, *account.Account) (*edit.AccountChange, error) {
	c.previews.Add(1)
	return nil, nil
}

// HasStarted implements operation.ResumableProcessor.
func (previewCounter) HasStarted(context.Context, operation.Job) (bool, error) { return false, nil }

// Malformed ids of owners and plans are rejected before anything is read.
func TestAcceptRejectsMalformedTargets(t *testing.T) {
	t.Parallel()
	const ulid, administrator = "01JDB6X0C7V8Y9Z0A1B2C3D4E5", account.AdministratorOwner
	s := flowtest.New(t, 1, 2)
	for name, test := range map[string]struct {
		kind  operation.Kind
		owner account.ID
		plan  string
		field string // the invalid field; "" for none
	}{
		"convert without a plan":           {operation.Convert, "", "", ""},
		"convert to custom":                {operation.Convert, "", "custom", ""},
		"convert to a reseller plan":       {operation.Convert, "", "rpl_" + ulid, ""},
		"convert to a service plan":        {operation.Convert, "", "spl_" + ulid, "resellerPlan"},
		"convert to a prefix only":         {operation.Convert, "", "rpl_", "resellerPlan"},
		"move to the administrator":        {operation.Move, administrator, "custom", ""},
		"move to a plan of a reseller":     {operation.Move, s.South, "spl_" + ulid, ""},
		"move without an owner":            {operation.Move, "", "", "owner"},
		"move to a login":                  {operation.Move, "north", "", "owner"},
		"move to a reseller plan":          {operation.Move, administrator, "rpl_" + ulid, "servicePlan"},
		"move to a plan with a long id":    {operation.Move, administrator, "spl_" + strings.Repeat("0", 40), "servicePlan"},
		"move to a plan with a line break": {operation.Move, administrator, "spl_0\ncus_" + ulid, "servicePlan"},
	} {
		counter := previewCounter{previews: new(atomic.Int64)}
		a := acceptorWith(s, map[operation.Kind]operation.Processor{test.kind: counter})
		item := operation.Item{Customer: s.Customers[1], Plan: test.plan}
		parameters := operation.Parameters{NewOwner: test.owner}
		_, oneErr := a.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, test.kind, item, parameters)
		if previews := counter.previews.Load(); (previews == 0) != (test.field != "") {
			t.Errorf("%s: %d previews, want none if a field is invalid", name, previews)
		}
		input := operation.NewOperation{
			Items: []operation.Item{{Customer: s.Customers[0]}, item}, Parameters: parameters, DryRun: true,
		}
		_, bulkErr := a.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, test.kind, input)
		onePointer, bulkPointer := "", ""
		if test.field != "" {
			onePointer, bulkPointer = "/"+test.field, "/items/1/"+test.field
		}
		if test.field == "owner" {
			bulkPointer = onePointer
		}
		if firstPointer(oneErr) != onePointer || firstPointer(bulkErr) != bulkPointer {
			t.Errorf("%s: for one item error %v, want pointer %q; for several items error %v, want pointer %q",
				name, oneErr, onePointer, bulkErr, bulkPointer)
		}
	}
}

// The customers of a reseller that is removed need another owner than this reseller.
func TestAcceptRejectsMalformedNewOwnerOfRemovedReseller(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	processors := map[operation.Kind]operation.Processor{operation.Remove: previewCounter{previews: new(atomic.Int64)}}
	for owner, pointer := range map[account.ID]string{
		"": "", account.AdministratorOwner: "", "nobody": "customers", s.North: "customers",
	} {
		parameters := operation.Parameters{AreResellers: true, NewOwner: owner}
		_, err := acceptorWith(s, processors).AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{},
			operation.Remove, operation.Item{Customer: s.North}, parameters)
		if firstPointer(err) != pointer {
			t.Errorf("owner %q: error %v, want pointer %q", owner, err, pointer)
		}
	}
}
