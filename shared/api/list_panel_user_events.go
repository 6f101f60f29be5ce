package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

type listPanelUserEventsInput struct {
	UserID string `path:"userId" maxLength:"100"`
	PageInput
}

// ListPanelUserEvents lists the events of a panel user that are about access.
func (Operations) ListPanelUserEvents(trail directory.Trail) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listPanelUserEvents",
		Method:   http.MethodGet,
		Path:     "/v1/panel-users/{userId}/events",
		Tag:      panelUsersTag,
		Summary:  "List the sign-ins of a panel user",
		Compress: true,
		Description: "Lists the events of the panel user that are about access, newest first. Resellers see the sign-ins of " +
			"the times when they owned the customer. Sign-ins are kept for 90 days. A page can be short or empty and still " +
			"have a nextCursor.",
		Callers: accountHolders,
		Scope:   access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *listPanelUserEventsInput) (*listOutput[directory.Entry], error) {
		return listResponse(trail.PanelUser(ctx, call.Caller, in.UserID, in.Limit, in.Cursor))
	})
}
