package plan_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

var admin = access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}}

func newPlans() plan.Plans {
	store := dynamotest.New(time.Now)
	return plan.Plans{
		Prefix: plan.ServicePrefix, Store: store, NewID: idgen.Generator{Now: time.Now, Random: rand.Reader}.New,
		Cursors: page.NewSealer(store.CursorKey, rand.Reader), Now: time.Now,
	}
}

func TestDeletePlanReplay(t *testing.T) {
	p := newPlans()
	var plans [2]plan.PlanView
	for i := range plans {
		var err error
		if plans[i], err = p.Create(t.Context(), admin, request.Metadata{}, plan.Input{Name: new("Gold")}); err != nil {
			t.Fatal(err)
		}
	}
	meta := request.Metadata{Key: idempotency.Key{Name: "k", Fingerprint: "first"}}
	for range 2 {
		if err := p.Delete(t.Context(), admin, meta, plans[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	meta.Key.Fingerprint = "second"
	if err := p.Delete(t.Context(), admin, meta, plans[1].ID); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("got %v for the key of another deletion, want %s", err, fault.InvalidRequest)
	}
	if _, err := p.Get(t.Context(), admin, plans[1].ID); err != nil {
		t.Error(err)
	}
	if err := p.Delete(t.Context(), admin, request.Metadata{}, plans[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for a second deletion without the key, want %s", err, fault.NotFound)
	}
}

func TestListPlansOfOwnersThatHaveNone(t *testing.T) {
	p := newPlans()
	for owner, code := range map[account.ID]fault.Code{
		"res_01JDB6X0C7V8Y9Z0A1B2C3D4E5": fault.NotFound, admin.Account.ID: fault.NotFound, "res_unknown": fault.InvalidRequest,
	} {
		if _, err := p.List(t.Context(), admin, owner, 0, ""); !fault.Is(err, code) {
			t.Errorf("%s: got %v, want %s", owner, err, code)
		}
	}
	if listed, err := p.List(t.Context(), admin, "", 0, ""); err != nil || len(listed.Items) > 0 {
		t.Errorf("got the own plans %+v, %v, want none", listed, err)
	}
}
