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

// Who removes, moves or converts an account as it has seen it does so to no other; a retry is answered as the first one was,
// although the account has changed by then.
func TestAVersionMayBeDemanded(t *testing.T) {
	t.Parallel()
	for kind, order := range map[operation.Kind]operation.Parameters{
		operation.Remove: {}, operation.Move: {NewOwner: account.AdministratorOwner}, operation.Convert: {},
	} {
		s := flowtest.New(t, 1, 1)
		accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
		one := func(demanded int64, retry idempotency.Key) (operation.AcceptResponse, error) {
			meta := request.Metadata{IfMatch: &demanded, Key: retry}
			return accept.AcceptOne(t.Context(), s.Caller(s.Admin), meta, kind, operation.Item{Customer: s.Customers[0]}, order)
		}
		before, err := s.Store.ReadAccount(t.Context(), s.Customers[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := one(before.Version+1, idempotency.Key{}); !fault.Is(err, fault.VersionMismatch) {
			t.Errorf("%s of another version: %v", kind, err)
		}
		retry := idempotency.Key{Name: "key", Fingerprint: "f"}
		made, err := one(before.Version, retry)
		if err != nil || !(flowtest.Engine{Scene: s, MaxAttempts: 1}).Run(made.ID) {
			t.Fatalf("%s: %v", kind, err)
		}
		if again, err := one(before.Version, retry); err != nil || again.ID != made.ID {
			t.Errorf("%s, sent again: %s, %v; want %s", kind, again.ID, err, made.ID)
		}
	}
}
