package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
)

type apiTokensOutput struct{ Body List[access.TokenView] }

// ListAPITokens lists the caller's API tokens.
func (Operations) ListAPITokens(tokens access.Tokens) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listApiTokens",
		Method:      http.MethodGet,
		Path:        "/v1/api-tokens",
		Tag:         accessTag,
		Summary:     "List my API tokens",
		Compress:    true,
		Description: "Oldest first. Without expired tokens, and without the secrets.",
		Callers:     access.Everyone,
	}, func(ctx context.Context, call httpapi.Call, _ *struct{}) (*apiTokensOutput, error) {
		views, err := tokens.List(ctx, call.Caller)
		return &apiTokensOutput{Body: List[access.TokenView]{Items: views}}, err
	})
}
