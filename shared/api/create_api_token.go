package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewAPIToken is the body of a new API token.
type NewAPIToken struct {
	Name      string         `json:"name" minLength:"1" maxLength:"60"`
	Scopes    []access.Scope `json:"scopes" minItems:"1" maxItems:"10" nullable:"false" enum:"customers:read,customers:write,credentials:write,hosting:read,hosting:write,operations:read,gate:read"`
	ExpiresAt time.Time      `json:"expiresAt" doc:"Time at which the token expires, at most 400 days from now."`
	Current   string         `json:"current" minLength:"1" maxLength:"1024" format:"password" doc:"The current password of the account."`
}

// ShownToken is an API token with its secret.
type ShownToken struct {
	access.TokenView

	Token string `json:"token" doc:"The token, for the header Authorization: Bearer. It is shown only once."`
}

type createAPITokenInput struct{ Body NewAPIToken }

type apiTokenOutput struct{ Body ShownToken }

// CreateAPIToken creates an API token.
func (Operations) CreateAPIToken(tokens access.Tokens) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createApiToken",
		Method:  http.MethodPost,
		Path:    "/v1/api-tokens",
		Tag:     accessTag,
		Summary: "Create an API token",
		Description: "Creates a token for programs. A token never has more rights than its owner has at the time of use. " +
			"The account gets a notice by mail. The scope credentials:write is for logins, passwords, reset links and " +
			"e-mail addresses of other accounts; customers:write does not include it.",
		Callers: access.Everyone,
		Faults:  []fault.Code{fault.SecretShownOnce, fault.LimitExceeded, fault.TooManyRequests, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *createAPITokenInput) (*apiTokenOutput, error) {
		token, secret, err := tokens.Create(ctx, call.Caller, metadataOf(call), access.APITokenInput(in.Body))
		return &apiTokenOutput{Body: ShownToken{TokenView: token.View(), Token: secret.Text()}}, err
	})
}
