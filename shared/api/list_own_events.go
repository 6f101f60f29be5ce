package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

type listOwnEventsInput struct{ PageInput }

// ListOwnEvents lists the events of the caller's own account that are about access.
func (Operations) ListOwnEvents(trail directory.Trail) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listOwnEvents",
		Method:   http.MethodGet,
		Path:     "/v1/me/events",
		Tag:      accessTag,
		Summary:  "List my sign-ins",
		Compress: true,
		Description: "Lists the events of the caller's account that are about access, newest first: sign-ins and failed " +
			"sign-ins with the network address and the program they came from, and changes of the login, the password, the " +
			"contact information, API tokens and panel users. Sign-ins are kept for 90 days. A page can be short or empty and " +
			"still have a nextCursor.",
		Callers: access.Everyone,
		Scope:   access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOwnEventsInput) (*listOutput[directory.Entry], error) {
		return listResponse(trail.Own(ctx, call.Caller, in.Limit, in.Cursor))
	})
}
