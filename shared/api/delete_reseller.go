package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type deleteResellerInput struct {
	ResellerPath

	Customers string `query:"customers" enum:"remove" doc:"what becomes of its customers; without it a reseller that has some is not removed"`
}

// DeleteReseller removes a reseller.
func DeleteReseller(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteReseller", Method: http.MethodDelete, Path: "/v1/resellers/{resellerId}", Tag: resellersTag, Status: http.StatusAccepted,
		Summary: "Remove a reseller",
		Description: "With its panel users, own subscriptions, websites, service plans, and the backups that it and its users made. A reseller that has " +
			"customers is not removed, unless they are to go too.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, Faults: []fault.Code{fault.Busy, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *deleteResellerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.ResellerID)}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Remove, item, operation.Order{Resellers: true, Customers: in.Customers == "remove"}))
	})
}
