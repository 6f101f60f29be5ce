package operation_test

import (
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// unknownCustomer is the id of a customer that does not exist.
const unknownCustomer = "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

// unknownReseller is the id of a reseller that does not exist.
const unknownReseller = "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func acceptor(s *flowtest.Scene) operation.Acceptor {
	return acceptorWith(s, s.Processors())
}

func acceptorWith(s *flowtest.Scene, processors map[operation.Kind]operation.Processor) operation.Acceptor {
	return operation.Acceptor{Store: s.Store, Processors: processors, NewID: s.IDs.New, Now: s.Now}
}

// itemsOf returns an item for each customer.
func itemsOf(customers ...account.ID) []operation.Item {
	items := make([]operation.Item, len(customers))
	for i, id := range customers {
		items[i].Customer = id
	}
	return items
}

// mixedItems returns an item for each customer of North, for a reseller, and for a customer that does not exist. The
// last two fail.
func mixedItems(s *flowtest.Scene) []operation.Item {
	return append(itemsOf(s.Customers...), itemsOf(s.South, unknownCustomer)...)
}

// itemViews returns the results of an operation's items.
func itemViews(s *flowtest.Scene, id string, originator account.ID) []operation.ItemView {
	return s.Items(&operation.Operation{ID: id, Originator: originator})
}

// firstPointer returns the pointer of the first invalid field, "" for nil, and the text of any other error.
func firstPointer(err error) string {
	if err == nil {
		return ""
	}
	refusal, _ := errors.AsType[*fault.Fault](err)
	if refusal == nil || refusal.Code != fault.InvalidRequest || len(refusal.Fields) == 0 {
		return err.Error()
	}
	return refusal.Fields[0].Pointer
}
