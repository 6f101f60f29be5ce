package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// ListResellers lists resellers.
func (Operations) ListResellers(list directory.List, resellers directory.Resellers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listResellers",
		Method:      http.MethodGet,
		Path:        "/v1/resellers",
		Tag:         resellersTag,
		Summary:     "List resellers",
		Compress:    true,
		Description: "A page can have fewer items than the limit. The last page has no nextCursor.",
		Callers:     access.OnlyAdmin,
		Scope:       access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *ListInput) (*listOutput[directory.Reseller], error) {
		return listResponse(resellers.ShowAll(ctx)(list.Resellers(ctx, call.Caller, in.query(""))))
	})
}
