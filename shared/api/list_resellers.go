package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// ListResellers lists resellers.
func (Operations) ListResellers(list directory.List, resellers directory.Resellers) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listResellers", Method: http.MethodGet, Path: "/v1/resellers", Tag: resellersTag,
		Summary: "List resellers", Description: "Pages may be short; a list ends where nextCursor is absent.",
		Callers: access.OnlyAdmin, Scope: access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *ListInput) (*listOutput[directory.Reseller], error) {
		return listed(resellers.ShowAll(ctx)(list.Resellers(ctx, call.Caller, in.query(""))))
	})
}
