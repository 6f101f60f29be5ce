package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewAPIToken is what an API token is made from.
type NewAPIToken struct {
	Name      string         `json:"name" minLength:"1" maxLength:"60"`
	Scopes    []access.Scope `json:"scopes" minItems:"1" maxItems:"10" nullable:"false" enum:"customers:read,customers:write,hosting:read,hosting:write,operations:read,gate:read"`
	ExpiresAt time.Time      `json:"expiresAt" doc:"at most 400 days from now"`
}

// ShownToken is an API token with its secret.
type ShownToken struct {
	access.TokenView

	Token string `json:"token" doc:"for Authorization: Bearer; shown only now"`
}

type createAPITokenInput struct{ Body NewAPIToken }

type apiTokenOutput struct{ Body ShownToken }

// CreateAPIToken makes an API token.
func (Operations) CreateAPIToken(tokens access.Tokens) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createApiToken", Method: http.MethodPost, Path: "/v1/api-tokens", Tag: accessTag,
		Summary: "Create an API token", Description: "For programs. It never has more rights than its owner has at the time it is used.",
		Callers: access.Everyone, Faults: []fault.Code{fault.SecretShownOnce, fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *createAPITokenInput) (*apiTokenOutput, error) {
		made, secret, err := tokens.Create(ctx, call.Caller, requestOf(call), access.NewAPIToken(in.Body))
		return &apiTokenOutput{Body: ShownToken{TokenView: made.View(), Token: secret.Text()}}, err
	})
}
