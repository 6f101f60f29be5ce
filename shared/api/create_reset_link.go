package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

type resetLinkInput struct{ CustomerPath }

type resetLinkOutput struct{ Body reset.ShownLink }

// CreateResetLink creates a password reset link and returns it.
func (Operations) CreateResetLink(manager reset.Manager) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createResetLink",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/reset-link",
		Tag:     customersTag,
		Summary: "Show a password reset link",
		Description: "The link is shown only once. An account has at most three links. A fourth link replaces the oldest " +
			"one.",
		Callers: access.Managers,
		Scope:   access.CredentialsWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.SecretShownOnce},
	}, func(ctx context.Context, call httpapi.Call, in *resetLinkInput) (*resetLinkOutput, error) {
		link, err := manager.Show(ctx, call.Caller, metadataOf(call), in.CustomerID)
		return &resetLinkOutput{Body: link}, err
	})
}
