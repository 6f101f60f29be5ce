package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type getGateInput struct {
	Domain      string `path:"domain" maxLength:"255"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"200" doc:"ETags of earlier responses. If nothing has changed, the response is 304."`
}

type gateOutput struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         *hosting.Serving
}

// GetGate returns to a hosting node whether to serve a domain.
func (Operations) GetGate(gate hosting.Gate) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "getGate",
		Method:  http.MethodGet,
		Path:    "/v1/gate/{domain}",
		Tag:     hostingTag,
		Summary: "Get the gate of a domain",
		Description: "For hosting nodes. Returns whether to serve the domain at this moment, by the holds at every level. " +
			"A node signs in with an API token of an administrator that has the scope gate:read. A node may keep the answer " +
			"until its changesAt, as long as it follows the change feed (GET /v1/gate-changes): an entry with one of the " +
			"answer's ids voids the answer.",
		Also:    map[int]string{http.StatusNotModified: "The answer has not changed"},
		Callers: access.OnlyAdmin,
		Scope:   access.GateRead,
	}, func(ctx context.Context, _ httpapi.Call, in *getGateInput) (*gateOutput, error) {
		serving, err := gate.Check(ctx, in.Domain)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(serving)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		out := &gateOutput{
			Status:       http.StatusOK,
			ETag:         `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
			CacheControl: "no-cache",
			Body:         &serving,
		}
		if httpapi.NoneMatch(in.IfNoneMatch, out.ETag) {
			out.Status, out.Body = http.StatusNotModified, nil
		}
		return out, nil
	})
}
