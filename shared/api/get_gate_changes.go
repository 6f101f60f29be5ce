package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/changefeed"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type getGateChangesInput struct {
	Cursor      string `query:"cursor" maxLength:"2000" doc:"Value of nextCursor of the previous answer. Without it, the answer has no entries and starts the feed at this moment."`
	IfNoneMatch string `header:"If-None-Match" maxLength:"2000" doc:"ETags of earlier responses to this request. If the response is still the same, it is 304."`
}

type gateChangesOutput struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         *GateChanges
}

// GateChanges is a part of the change feed.
type GateChanges struct {
	Items      []changefeed.GateChange `json:"items"`
	NextCursor string                  `json:"nextCursor" doc:"Cursor of the next request. It changes only when the feed does."`
}

// GetGateChanges returns to a hosting node what has changed at the gate.
func (Operations) GetGateChanges(feed changefeed.Reader) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "getGateChanges",
		Method:  http.MethodGet,
		Path:    "/v1/gate-changes",
		Tag:     hostingTag,
		Summary: "Get the changes of the gate",
		Description: "For hosting nodes that keep answers of the gate. Returns what may have changed since the cursor, at the " +
			"level where it changed: the suspension of a customer is one entry. The response is 304 if nothing has changed " +
			"since the cursor. Ask again at once if there are entries, else after a second or two. The first request has no " +
			"cursor; get its cursor before the first answer of the gate. An entry also voids answers of the gate that were " +
			"requested before the entry arrived and come after it. An entry can come twice. Entries are kept for 24 hours: if " +
			"the response is 410 (cursor-expired) or 422, forget all answers and start again without a cursor. Holds that " +
			"begin or end at a set time have their entry up to a minute later: ask the gate again at changesAt.",
		Callers: access.OnlyAdmin,
		Scope:   access.GateRead,
		Faults:  []fault.Code{fault.CursorExpired},
	}, func(ctx context.Context, _ httpapi.Call, in *getGateChangesInput) (*gateChangesOutput, error) {
		changes, err := feed.Read(ctx, in.Cursor)
		if err != nil {
			return nil, err
		}
		out := &gateChangesOutput{Status: http.StatusOK, ETag: `"` + changes.Tag + `"`, CacheControl: "no-cache"}
		if !changes.IsNew || httpapi.NoneMatch(in.IfNoneMatch, out.ETag) {
			out.Status = http.StatusNotModified
			return out, nil
		}
		out.Body = &GateChanges{Items: changes.Entries, NextCursor: changes.NextCursor}
		return out, nil
	})
}
