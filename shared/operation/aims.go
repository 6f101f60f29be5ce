package operation

import (
	"strconv"
	"strings"

	"tenantry/shared/fault"
	"tenantry/shared/plan"
)

// planFields are the kinds whose items may name a plan.
var planFields = map[Kind]struct{ field, prefix, detail string }{
	Convert: {"resellerPlan", plan.ResellerPrefix, "This must be the id of a reseller plan or the word custom."},
	Move:    {"servicePlan", plan.ServicePrefix, "This must be the id of a service plan or the word custom."},
}

// checkTargets judges where customers are to come to: the owner and the plans. Whether there are such is told item by item.
func (w NewOperation) checkTargets(kind Kind) []fault.Field {
	return append(w.checkOwner(kind), w.checkPlans(kind)...)
}

// checkOwner judges who is to own the customers: those that are moved, or those that a removed reseller leaves.
func (w NewOperation) checkOwner(kind Kind) (bad []fault.Field) {
	pointer := "/owner"
	switch {
	case kind == Move:
	case kind == Remove && w.Parameters.NewOwner != "":
		pointer = "customers"
	default:
		return nil
	}
	if wrong := w.Parameters.NewOwner.CheckOwner(pointer); wrong != nil {
		return []fault.Field{*wrong}
	}
	if kind == Remove && len(w.Items) == 1 && w.Items[0].Customer == w.Parameters.NewOwner {
		return []fault.Field{{Pointer: pointer, Code: "same-owner", Detail: "The customers cannot stay with the reseller that is being removed. Name another owner."}}
	}
	return nil
}

func (w NewOperation) checkPlans(kind Kind) (bad []fault.Field) {
	of, named := planFields[kind]
	if !named {
		return nil
	}
	for i, item := range w.Items[:min(len(w.Items), MaxItems)] {
		if item.Plan == "" || item.Plan == plan.Custom || isPlanID(item.Plan, of.prefix) {
			continue
		}
		pointer := "/" + of.field
		if !w.single {
			pointer = "/items/" + strconv.Itoa(i) + pointer
		}
		bad = append(bad, fault.Field{Pointer: pointer, Code: "id-grammar", Detail: of.detail})
		if len(bad) == maxProblems {
			return bad
		}
	}
	return bad
}

// maxIDLength is more than an id has characters.
const maxIDLength = 40

// isPlanID tells whether something could be the id of a plan. Lists are stored in lines, which no id breaks.
func isPlanID(named, prefix string) bool {
	rest, found := strings.CutPrefix(named, prefix)
	return found && rest != "" && len(named) <= maxIDLength && strings.Trim(rest, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}
