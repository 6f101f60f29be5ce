package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type changeOwnContactInput struct{ Body ContactPatch }

type profileOutput struct {
	ETag string `header:"ETag"`
	Body access.Profile
}

// ChangeOwnContact changes the caller's contact information.
func (Operations) ChangeOwnContact(self access.Self) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeOwnContact",
		Method:  http.MethodPatch,
		Path:    "/v1/me/contact",
		Tag:     accessTag,
		Summary: "Change my contact information",
		Description: "Changes the fields that you send. null clears a field. After a new e-mail address, the old address " +
			"gets a notice.",
		Callers: access.Everyone,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.VersionMismatch},
	}, func(ctx context.Context, call httpapi.Call, in *changeOwnContactInput) (*profileOutput, error) {
		own, err := self.ChangeContact(ctx, call.Caller, metadataOf(call), in.Body.patch())
		return &profileOutput{ETag: httpapi.ETag(own.Version), Body: own}, err
	})
}
