// Package plan is about service plans and reseller plans: named sets of resources that subscriptions and resellers are put on.
//
// What is on a plan refers to it instead of copying it, so that an edit of a plan reaches all of them in one write, however
// many they are. What was customised (locked) or has no plan (custom) carries resources of its own.
package plan

import (
	"time"
	"unicode/utf8"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// ID identifies a plan.
type ID string

// Custom stands for no plan, where a plan is named.
const Custom = "custom"

// The prefixes of plan ids.
const (
	ServicePrefix  = "spl_"
	ResellerPrefix = "rpl_"
)

// Plan is a service plan or, with the other prefix, a reseller plan.
type Plan struct {
	ID        ID
	Owner     account.ID // a reseller or AdministratorOwner; a reseller plan is always the administrators'
	Name      string
	Resources resource.Set
	Oversell  bool  // of a reseller plan: its resellers may give more than they have
	Uses      int64 // how many are on it, customised ones included
	Synced    int64 // how many of them follow its edits
	CreatedAt time.Time
	Version   int64
}

// IsReseller tells whether it is a reseller plan.
func (id ID) IsReseller() bool { return len(id) > 4 && id[:4] == ResellerPrefix }

// Holder is what is put on plans of this kind.
func (id ID) Holder() resource.Holder {
	if id.IsReseller() {
		return resource.Reseller
	}
	return resource.Subscription
}

// Terms are a plan as its owner sees it.
type Terms struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner" doc:"Id of a reseller, or the word administrator."`

	resource.Set

	Oversell  bool      `json:"oversell,omitempty" doc:"Reseller plans only. Whether a reseller on this plan may give out more than it has."`
	Uses      int64     `json:"uses" doc:"Number of subscriptions or resellers on the plan."`
	CreatedAt time.Time `json:"createdAt"`
	Version   int64     `json:"version"`
}

// Terms returns the plan as its owner sees it.
func (p *Plan) Terms() Terms {
	return Terms{
		ID: p.ID, Name: p.Name, Owner: string(p.Owner), Set: p.Resources.Expand(p.ID.Holder()), Oversell: p.Oversell, Uses: p.Uses,
		CreatedAt: p.CreatedAt, Version: p.Version,
	}
}

func checkName(name string) *fault.Field {
	if length := utf8.RuneCountInString(name); length < 1 || length > 60 || !account.IsPrintable(name, false) {
		return &fault.Field{Pointer: "/name", Code: "required", Detail: "Give the plan a name of 1 to 60 characters."}
	}
	return nil
}
