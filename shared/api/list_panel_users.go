package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

type listPanelUsersInput struct {
	CustomerPath
	PageInput
}

// ListPanelUsers lists panel users.
func (Operations) ListPanelUsers(users directory.PanelUsers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listPanelUsers",
		Method:      http.MethodGet,
		Path:        "/v1/customers/{customerId}/panel-users",
		Tag:         panelUsersTag,
		Summary:     "List panel users",
		Compress:    true,
		Description: "Sorted by name.",
		Callers:     accountHolders,
		Scope:       access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *listPanelUsersInput) (*listOutput[directory.PanelUser], error) {
		return listResponse(users.ListAll(ctx, call.Caller, in.CustomerID, in.Limit, in.Cursor))
	})
}
