package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

type deletePanelUserInput struct {
	UserID string `path:"userId" maxLength:"100"`
}

// DeletePanelUser removes a panel user.
func (Operations) DeletePanelUser(users directory.PanelUsers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "deletePanelUser",
		Method:      http.MethodDelete,
		Path:        "/v1/panel-users/{userId}",
		Tag:         panelUsersTag,
		Summary:     "Remove a panel user",
		Description: "Ends the sessions of the panel user and frees its login.",
		Callers:     accountHolders,
		Scope:       access.CustomersWrite,
	}, func(ctx context.Context, call httpapi.Call, in *deletePanelUserInput) (*struct{}, error) {
		return nil, users.Remove(ctx, call.Caller, metadataOf(call), in.UserID)
	})
}
