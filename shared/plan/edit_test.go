package plan_test

import (
	"context"
	"errors"
	"testing"

	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// contended is a store of plans in which another write precedes each write of a plan.
type contended struct {
	*dynamotest.Store

	before func() // the other write, or nil
}

func (c *contended) WritePlan(ctx context.Context, change plan.PlanChange) error {
	if before := c.before; before != nil {
		before()
	}
	return c.Store.WritePlan(ctx, change)
}

// Without If-Match, an edit and a deletion apply to the newest version.
func TestEditAndDeletePlanDuringAnotherEdit(t *testing.T) {
	p := newPlans()
	store, _ := p.Store.(*dynamotest.Store)
	created, err := p.Create(t.Context(), admin, request.Metadata{}, plan.Input{Name: new("Gold")})
	if err != nil {
		t.Fatal(err)
	}
	rename := func(name string) func() {
		return func() {
			if _, err := p.Edit(t.Context(), admin, request.Metadata{}, created.ID, plan.Input{Name: &name}); err != nil {
				t.Error(err)
			}
		}
	}
	once := func(do func()) *contended {
		c := &contended{Store: store}
		c.before = func() {
			c.before = nil
			do()
		}
		return c
	}
	slow := p
	slow.Store = once(rename("Silver"))
	input := plan.Input{Allotments: map[string]int64{"max_site": 3}}
	edited, err := slow.Edit(t.Context(), admin, request.Metadata{}, created.ID, input)
	if err != nil || edited.Name != "Silver" || edited.Allotments["max_site"] != 3 || edited.Version != 3 {
		t.Errorf("got %+v, %v, want Silver with 3 websites in version 3", edited, err)
	}
	version := edited.Version
	slow.Store = once(rename("Bronze"))
	err = slow.Delete(t.Context(), admin, request.Metadata{IfMatch: &version}, created.ID)
	if !fault.Is(err, fault.VersionMismatch) {
		t.Errorf("deletion of version %d: got %v, want version-mismatch", version, err)
	}
	slow.Store = once(rename("Iron"))
	if err := slow.Delete(t.Context(), admin, request.Metadata{}, created.ID); err != nil {
		t.Errorf("deletion of any version: got %v, want success", err)
	}
	if _, err := p.Get(t.Context(), admin, created.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("read after the deletion: got %v, want not-found", err)
	}
}

func TestEditPlanFailsAfterTooManyConflicts(t *testing.T) {
	p := newPlans()
	store, _ := p.Store.(*dynamotest.Store)
	created, err := p.Create(t.Context(), admin, request.Metadata{}, plan.Input{Name: new("Gold")})
	if err != nil {
		t.Fatal(err)
	}
	slow := p
	slow.Store = &contended{store, func() {
		_, err := p.Edit(t.Context(), admin, request.Metadata{}, created.ID, plan.Input{Name: new("Silver")})
		if err != nil {
			t.Error(err)
		}
	}}
	edited, err := slow.Edit(t.Context(), admin, request.Metadata{}, created.ID, plan.Input{Name: new("Bronze")})
	if !errors.Is(err, edit.ErrCrowded) || !fault.Is(err, fault.Unavailable) || edited.ID != "" {
		t.Errorf("got %+v, %v, want unavailable and no plan", edited, err)
	}
}
