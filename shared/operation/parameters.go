package operation

import (
	"time"

	"tenantry/shared/account"
)

// textsLifetime is how long the reason and the public message of a suspension are kept after the operation has ended, if
// items have failed: the caller may try these again with the same texts. The texts may be about the customers, and the
// operation outlives its customers, so the texts of all other operations go when they end (ADR 52).
const textsLifetime = 7 * 24 * time.Hour

// ParametersView is what an operation was asked to do, as callers see it. The plans of single customers are in the items.
type ParametersView struct {
	Reason        string     `json:"reason,omitempty" doc:"Reason of a suspension. Deleted when the operation ends, or a week later if items have failed."`
	PublicMessage string     `json:"publicMessage,omitempty" doc:"Public message of a suspension. Deleted when the operation ends, or a week later if items have failed."`
	Until         *time.Time `json:"until,omitempty" doc:"Time at which the suspension ends by itself."`
	Subscriptions string     `json:"subscriptions,omitempty" enum:"all,inherited" doc:"Activation: which holds are lifted."`
	Owner         account.ID `json:"owner,omitempty" doc:"New owner of the customers: id of a reseller, or the word administrator."`
	OwnerName     string     `json:"ownerName,omitempty" doc:"Present name of that owner. Absent in lists, if the owner was removed, or if you cannot see it."`
	Resellers     bool       `json:"resellers,omitempty" doc:"Removal: whether the items are resellers."`
	Customers     string     `json:"customers,omitempty" enum:"remove,reassign" doc:"Removal of a reseller: what happens to its customers."`
	Filter        *Filter    `json:"filter,omitempty" doc:"The filter that selected the customers. Absent if the request named them."`
}

// viewParameters returns what the operation was asked to do, or nil if there is nothing to say besides its kind.
func viewParameters(o *Operation) *ParametersView {
	p := &o.Parameters
	view := ParametersView{
		Reason: p.Reason, PublicMessage: p.PublicMessage, Until: p.Until, Subscriptions: p.Subscriptions,
		Owner: p.NewOwner, Resellers: p.AreResellers, Filter: o.Filter,
	}
	switch {
	case p.AreResellers && p.WithCustomers:
		view.Customers = "remove"
	case p.AreResellers && p.NewOwner != "":
		view.Customers = "reassign"
	}
	if view == (ParametersView{}) {
		return nil
	}
	return &view
}

// end ends the operation.
func (o *Operation) end(state RunState, now time.Time) {
	o.State, o.FinishedAt, o.DueAt = state, &now, nil
	hasTexts := o.Parameters.Reason != "" || o.Parameters.PublicMessage != ""
	if !hasTexts {
		return
	}
	if o.Failed > 0 && !o.Preview {
		due := now.UTC().Add(textsLifetime)
		o.DueAt = &due
		return
	}
	o.forgetTexts()
}

// forgetTexts deletes the texts that may be about customers.
func (o *Operation) forgetTexts() {
	o.Parameters.Reason, o.Parameters.PublicMessage, o.DueAt = "", "", nil
}
