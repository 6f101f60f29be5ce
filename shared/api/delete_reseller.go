package api

import (
	"context"
	"net/http"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type deleteResellerInput struct {
	ResellerPath

	Customers string `query:"customers" pattern:"^(remove|reassign:[A-Za-z0-9_]{1,40})$" patternDescription:"remove or reassign:<owner>" doc:"what becomes of its customers: remove has them go too; reassign:<owner>, with a reseller's id or administrator, moves them to that owner, each with the custom plan. Without it a reseller that has some is not removed."`
}

// order is what is to be done with the reseller and its customers.
func (in *deleteResellerInput) order() operation.Order {
	order := operation.Order{Resellers: true, Customers: in.Customers == "remove"}
	if owner, reassigns := strings.CutPrefix(in.Customers, "reassign:"); reassigns {
		order.Owner = account.ID(owner)
	}
	return order
}

// DeleteReseller removes a reseller.
func (Operations) DeleteReseller(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteReseller", Method: http.MethodDelete, Path: "/v1/resellers/{resellerId}", Tag: resellersTag, Status: http.StatusAccepted,
		Summary: "Remove a reseller",
		Description: "With its panel users, own subscriptions, websites, service plans, and the backups that it and its users made; those of customers " +
			"that have another owner stay, as the administrator's. A reseller that has customers is not removed, a conflict, unless it is said what becomes of " +
			"them. Where they are reassigned, an operation of its own moves them first, and where one of them cannot be moved, the reseller stays.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.Busy, fault.Conflict, fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *deleteResellerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.ResellerID)}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Remove, item, in.order()))
	})
}
