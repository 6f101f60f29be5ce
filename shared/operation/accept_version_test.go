package operation_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// A retry gets the first response, although the account has another version by then.
func TestAcceptOneChecksVersion(t *testing.T) {
	t.Parallel()
	for kind, parameters := range map[operation.Kind]operation.Parameters{
		operation.Remove: {}, operation.Move: {NewOwner: account.AdministratorOwner}, operation.Convert: {},
	} {
		s := flowtest.New(t, 1, 1)
		accept := func(version int64, key idempotency.Key) (operation.AcceptResponse, error) {
			meta := request.Metadata{IfMatch: &version, Key: key}
			item := operation.Item{Customer: s.Customers[0]}
			return acceptor(s).AcceptOne(t.Context(), s.Caller(s.Admin), meta, kind, item, parameters)
		}
		customer, err := s.Store.ReadAccount(t.Context(), s.Customers[0])
		must(t, err)
		if _, err := accept(customer.Version+1, idempotency.Key{}); !fault.Is(err, fault.VersionMismatch) {
			t.Errorf("%s with another version: error %v, want VersionMismatch", kind, err)
		}
		key := idempotency.Key{Name: "key", Fingerprint: "f"}
		first, err := accept(customer.Version, key)
		if err != nil || !(flowtest.Engine{Scene: s, MaxSweeps: 1}).Run(first.ID) {
			t.Fatalf("%s: error %v, or the operation has not ended", kind, err)
		}
		if retry, err := accept(customer.Version, key); err != nil || retry.ID != first.ID {
			t.Errorf("retry of %s returns %s, %v; want %s", kind, retry.ID, err, first.ID)
		}
	}
}
