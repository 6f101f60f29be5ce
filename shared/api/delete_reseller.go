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

	Customers string `query:"customers" pattern:"^(remove|reassign:[A-Za-z0-9_]{1,40})$" patternDescription:"remove or reassign:<owner>" doc:"What happens to the reseller's customers. remove removes them too. reassign:<owner> moves them to this owner, a reseller's id or the word administrator, each with the custom plan. Without this parameter, a reseller that has customers is not removed."`
	DryRun    bool   `query:"dryRun" doc:"Whether to return only a preview of what would be removed. If the reseller has more than 1,000 subscriptions, an operation makes the preview."`
}

// order returns the order of the removal. It says what happens to the reseller's customers.
func (in *deleteResellerInput) order() operation.Parameters {
	order := operation.Parameters{AreResellers: true, WithCustomers: in.Customers == "remove"}
	if owner, reassigns := strings.CutPrefix(in.Customers, "reassign:"); reassigns {
		order.NewOwner = account.ID(owner)
	}
	return order
}

// DeleteReseller removes a reseller.
func (Operations) DeleteReseller(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteReseller",
		Method:  http.MethodDelete,
		Path:    "/v1/resellers/{resellerId}",
		Tag:     resellersTag,
		Status:  http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A complete preview"},
		Summary: "Remove a reseller",
		Description: "Removes the reseller with its panel users, own subscriptions, websites and service plans, and the " +
			"backups that the reseller and its panel users created. Backups of customers that have another owner stay and " +
			"belong to the administrator. The reseller is closed when the response arrives, unless its customers are " +
			"reassigned. If the reseller has customers and the parameter customers is absent, the request " +
			"fails with `conflict`. To reassign the customers, a separate operation moves them first. If a customer cannot be " +
			"moved, the reseller is not removed.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.Conflict, fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *deleteResellerInput) (*acceptedOutput, error) {
		item := operation.Item{Customer: account.ID(in.ResellerID)}
		if in.DryRun {
			input := operation.NewOperation{Items: []operation.Item{item}, Parameters: in.order(), DryRun: true}
			return bulkResponse(accept.Accept(ctx, call.Caller, metadataOf(call), operation.Remove, input))
		}
		return bulkResponse(accept.AcceptOne(ctx, call.Caller, metadataOf(call), operation.Remove, item, in.order()))
	})
}
