package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

type sentLinkOutput struct{ Body reset.SentLink }

// SendResetLink mails a password reset link.
func (Operations) SendResetLink(manager reset.Manager) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "sendResetLink",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/reset-link/send",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Summary: "Send a password reset link",
		Description: "Sends the link to the e-mail address in the contact information. If the service is not set up to " +
			"send mail, the response is 409.",
		Callers: access.Managers,
		Scope:   access.CredentialsWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *resetLinkInput) (*sentLinkOutput, error) {
		mail, err := manager.Send(ctx, call.Caller, metadataOf(call), in.CustomerID)
		return &sentLinkOutput{Body: mail}, err
	})
}
