package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
)

type deleteAPITokenInput struct {
	TokenID string `path:"tokenId" maxLength:"100"`
}

// DeleteAPIToken deletes an API token.
func (Operations) DeleteAPIToken(tokens access.Tokens) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "deleteApiToken",
		Method:      http.MethodDelete,
		Path:        "/v1/api-tokens/{tokenId}",
		Tag:         accessTag,
		Summary:     "Delete an API token",
		Description: "The next request with this token fails.",
		Callers:     access.Everyone,
	}, func(ctx context.Context, call httpapi.Call, in *deleteAPITokenInput) (*struct{}, error) {
		return nil, tokens.Delete(ctx, call.Caller, metadataOf(call), in.TokenID)
	})
}
