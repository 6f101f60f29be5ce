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
			"since the cursor; keep the cursor then. If there are entries, ask again at once, because there may be more. An " +
			"entry can come twice. Start without a cursor, before the first question to the gate, so that no change falls " +
			"between them. An entry also voids answers to questions that were sent before the entry arrived. Entries are kept " +
			"for 24 hours. If the response is 410 or 422, forget all answers and start again without a cursor. The entry of a " +
			"hold that begins or ends at a set time comes up to a minute later: changesAt in the answer of the gate has the " +
			"exact time.",
		Also:    map[int]string{http.StatusNotModified: "Nothing has changed"},
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
