package operation_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// judged is work that is only asked, and notes that it was.
type judged struct {
	operation.Processor

	asked *atomic.Int64
}

func (j judged) Preview(context.Context, operation.Job) (operation.Forecast, error) {
	j.asked.Add(1)
	return operation.Forecast{}, nil
}

// Where customers are to come to is judged before anything is read of it; a bad value is told where it was written.
func TestAimsAreJudgedByTheirGrammar(t *testing.T) {
	t.Parallel()
	const ulid = "01JDB6X0C7V8Y9Z0A1B2C3D4E5"
	s := flowtest.New(t, 1, 2)
	for name, test := range map[string]struct {
		kind    operation.Kind
		owner   account.ID
		plan    string
		pointer string // of the first problem; "" for none
	}{
		"convert without a plan":              {operation.Convert, "", "", ""},
		"convert with custom":                 {operation.Convert, "", "custom", ""},
		"convert with a reseller plan":        {operation.Convert, "", "rpl_" + ulid, ""},
		"convert with a service plan":         {operation.Convert, "", "spl_" + ulid, "resellerPlan"},
		"convert with a plan of no name":      {operation.Convert, "", "rpl_", "resellerPlan"},
		"move to the administrator":           {operation.Move, account.AdministratorOwner, "custom", ""},
		"move to a reseller with its plan":    {operation.Move, s.South, "spl_" + ulid, ""},
		"move to nobody":                      {operation.Move, "", "", "owner"},
		"move to something else":              {operation.Move, "north", "", "owner"},
		"move with a reseller plan":           {operation.Move, account.AdministratorOwner, "rpl_" + ulid, "servicePlan"},
		"move with a long plan":               {operation.Move, account.AdministratorOwner, "spl_" + strings.Repeat("0", 40), "servicePlan"},
		"move with a plan that breaks a list": {operation.Move, account.AdministratorOwner, "spl_0\ncus_" + ulid, "servicePlan"},
	} {
		asked := new(atomic.Int64)
		accept := operation.Acceptor{
			Store: s.Store, Processors: map[operation.Kind]operation.Processor{test.kind: judged{asked: asked}}, NewID: s.IDs.New, Now: s.Now,
		}
		item, order := operation.Item{Customer: s.Customers[1], Plan: test.plan}, operation.Parameters{NewOwner: test.owner}
		input := operation.NewOperation{Items: []operation.Item{{Customer: s.Customers[0]}, item}, Parameters: order, DryRun: true}
		_, single := accept.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, test.kind, item, order)
		if (asked.Load() == 0) != (test.pointer != "") {
			t.Errorf("%s: by what is stored it was judged %d times", name, asked.Load())
		}
		_, many := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, test.kind, input)
		first, second := test.pointer, test.pointer
		if test.pointer != "" {
			first, second = "/"+test.pointer, "/items/1/"+test.pointer
		}
		if test.pointer == "owner" {
			second = first
		}
		if pointerOf(single) != first || pointerOf(many) != second {
			t.Errorf("%s: single: %q, %v; many: %q, %v", name, pointerOf(single), single, pointerOf(many), many)
		}
	}
}

// Nobody is moved to an owner that is none: it is told at once, not customer by customer.
func TestAMoveToNobodyIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	for _, owner := range []account.ID{"res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", s.Customers[1], s.Admin} {
		for _, input := range []operation.NewOperation{
			{Items: named(s.Customers[0])}, {Items: named(s.Customers[0]), DryRun: true}, {Filter: &operation.Filter{}},
		} {
			input.Parameters.NewOwner = owner
			if answer, err := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, input); !fault.Is(err, fault.NotFound) {
				t.Errorf("to %s: %+v, %v", owner, answer, err)
			}
		}
		item, order := operation.Item{Customer: s.Customers[0]}, operation.Parameters{NewOwner: owner}
		if answer, err := accept.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, item, order); !fault.Is(err, fault.NotFound) {
			t.Errorf("one to %s: %+v, %v", owner, answer, err)
		}
	}
}

// A reseller that goes leaves its customers to somebody else.
func TestTheOwnerOfWhoIsLeftIsJudged(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	works := map[operation.Kind]operation.Processor{operation.Remove: judged{asked: new(atomic.Int64)}}
	for owner, pointer := range map[account.ID]string{"": "", account.AdministratorOwner: "", "nobody": "customers", s.North: "customers"} {
		accept := operation.Acceptor{Store: s.Store, Processors: works, NewID: s.IDs.New, Now: s.Now}
		_, err := accept.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Remove, operation.Item{Customer: s.North},
			operation.Parameters{AreResellers: true, NewOwner: owner})
		if pointerOf(err) != pointer {
			t.Errorf("%q: %v", owner, err)
		}
	}
}

// pointerOf tells where the first problem of a refusal is; "" for none.
func pointerOf(err error) string {
	if err == nil {
		return ""
	}
	refused, _ := errors.AsType[*fault.Fault](err)
	if refused == nil || refused.Code != fault.InvalidRequest || len(refused.Fields) == 0 {
		return err.Error()
	}
	return refused.Fields[0].Pointer
}
