package operation

import (
	"strconv"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/search"
)

// NewOperation is the input for a new operation. It has either items or a filter.
type NewOperation struct {
	Items      []Item
	Filter     *Filter
	Parameters Parameters
	StartAt    *time.Time // nil to start at once
	DryRun     bool       // only preview the operation

	single bool // the path names the only item, and the body its plan
}

// validate checks the input. It does not check whether the customers exist: the result of each item shows this later.
func (n NewOperation) validate(caller access.Caller, kind Kind, now time.Time) error {
	invalid := n.validateItems()
	invalid = append(invalid, n.validateNewOwner(kind)...)
	invalid = append(invalid, n.validatePlans(kind)...)
	if n.Filter != nil && n.Filter.Search != "" && len(search.Words(n.Filter.Search)) == 0 {
		invalid = append(invalid, fault.Field{
			Pointer: "/filter/search", Code: "blank",
			Detail: "Enter at least one visible character, or leave out search to select all customers.",
		})
	}
	if n.Filter != nil && n.Filter.Owner != "" {
		if field := n.Filter.Owner.ValidateOwner("/filter/owner"); field != nil {
			invalid = append(invalid, *field)
		}
	}
	if field := n.validateStart(now); field != nil {
		invalid = append(invalid, *field)
	}
	if err := fault.Invalid(invalid...); err != nil {
		return err
	}
	if n.Filter != nil && !caller.IsAdministrator() && n.Filter.Owner != "" && n.Filter.Owner != caller.OwnerID() {
		return fault.New(fault.Forbidden, "Only the administrator can work on the customers of other owners.")
	}
	if kind == Suspend {
		start := now
		if n.StartAt != nil && n.StartAt.After(now) {
			start = *n.StartAt
		}
		return n.Parameters.hold().Validate(start)
	}
	return nil
}

// validateStart checks the time at which the operation starts.
func (n NewOperation) validateStart(now time.Time) *fault.Field {
	switch {
	case n.StartAt == nil:
		return nil
	case now.Sub(*n.StartAt) > account.Grace:
		return &fault.Field{
			Pointer: "/suspendAt",
			Code:    "past",
			Detail:  "The operation must start in the future. Leave this out to start at once.",
		}
	case !clock.FitsRFC3339(*n.StartAt):
		return &fault.Field{Pointer: "/suspendAt", Code: "out-of-range", Detail: "The time must be before the year 10000."}
	}
	return nil
}

// maxInvalidItems is how many invalid items one error names.
const maxInvalidItems = 100

// validateItems checks that there are items or a filter, and that the items name different customers.
func (n NewOperation) validateItems() (invalid []fault.Field) {
	add := func(pointer, code, detail string) {
		invalid = append(invalid, fault.Field{Pointer: pointer, Code: code, Detail: detail})
	}
	switch {
	case n.Items == nil && n.Filter == nil:
		add("", "required", "Send either items or a filter.")
	case n.Items != nil && n.Filter != nil:
		add("", "either-or", "Send either items or a filter, not both.")
	case n.Items != nil && len(n.Items) == 0:
		add("/items", "too-short", "Name at least one customer.")
	case len(n.Items) > MaxItems:
		add("/items", "too-long", "Name at most 10,000 customers.")
	}
	limit := len(invalid) + maxInvalidItems
	seen := make(map[account.ID]bool, len(n.Items))
	for i, item := range n.Items[:min(len(n.Items), MaxItems)] {
		pointer := "/items/" + strconv.Itoa(i) + "/customer"
		switch {
		case !item.Customer.WellFormed():
			add(pointer, "id-grammar", "This must be the id of a customer.")
		case seen[item.Customer]:
			add(pointer, "duplicate", "This customer appears more than once in the list.")
		}
		if len(invalid) == limit {
			return invalid
		}
		seen[item.Customer] = true
	}
	return invalid
}

// validateNewOwner checks the id of the owner to which customers are moved. A removal may name the new owner of a
// reseller's customers.
func (n NewOperation) validateNewOwner(kind Kind) []fault.Field {
	pointer := "/owner"
	switch {
	case kind == Move:
	case kind == Remove && n.Parameters.NewOwner != "":
		pointer = "customers"
	default:
		return nil
	}
	if field := n.Parameters.NewOwner.ValidateOwner(pointer); field != nil {
		return []fault.Field{*field}
	}
	if kind == Remove && len(n.Items) == 1 && n.Items[0].Customer == n.Parameters.NewOwner {
		return []fault.Field{{
			Pointer: pointer, Code: "same-owner",
			Detail: "The customers cannot stay with the reseller that is being removed. Name another owner.",
		}}
	}
	return nil
}

// planFields describes the plan of an item, for the kinds whose items may have one.
var planFields = map[Kind]struct{ field, prefix, detail string }{
	Convert: {"resellerPlan", plan.ResellerPrefix, "This must be the id of a reseller plan or the word custom."},
	Move:    {"servicePlan", plan.ServicePrefix, "This must be the id of a service plan or the word custom."},
}

// validatePlans checks the plans' ids. It does not check whether the plans exist.
func (n NewOperation) validatePlans(kind Kind) (invalid []fault.Field) {
	planField, hasPlans := planFields[kind]
	if !hasPlans {
		return nil
	}
	for i, item := range n.Items[:min(len(n.Items), MaxItems)] {
		if item.Plan == "" || item.Plan == plan.Custom || isPlanID(item.Plan, planField.prefix) {
			continue
		}
		pointer := "/" + planField.field
		if !n.single {
			pointer = "/items/" + strconv.Itoa(i) + pointer
		}
		invalid = append(invalid, fault.Field{Pointer: pointer, Code: "id-grammar", Detail: planField.detail})
		if len(invalid) == maxInvalidItems {
			return invalid
		}
	}
	return invalid
}

// maxIDLength is longer than every id.
const maxIDLength = 40

// isPlanID reports whether a text can be the id of a plan. In the table an item is one line of a chunk, so an id must
// not contain spaces or line breaks.
func isPlanID(text, prefix string) bool {
	rest, hasPrefix := strings.CutPrefix(text, prefix)
	return hasPrefix && rest != "" && len(text) <= maxIDLength &&
		strings.Trim(rest, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}

func (p Parameters) hold() account.HoldInput {
	return account.HoldInput{Reason: p.Reason, PublicMessage: p.PublicMessage, Until: p.Until}
}
