package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// OwnContactPatch is a change to the caller's contact information.
type OwnContactPatch struct {
	ContactPatch

	Current string `json:"current,omitempty" maxLength:"1024" format:"password" doc:"The current password. A new e-mail address needs it."`
}

type changeOwnContactInput struct{ Body OwnContactPatch }

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
		Description: "Changes the fields that you send. null clears a field. A new e-mail address needs the current " +
			"password. The old and the new address get a notice.",
		Callers: access.Everyone,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.VersionMismatch, fault.TooManyRequests, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *changeOwnContactInput) (*profileOutput, error) {
		own, err := self.ChangeContact(ctx, call.Caller, metadataOf(call), in.Body.patch(), in.Body.Current)
		return &profileOutput{ETag: httpapi.ETag(own.Version), Body: own}, err
	})
}
