package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

// ListOwnBackups lists the backups that the caller took.
func (Operations) ListOwnBackups(backups backup.Backups) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listOwnBackups", Method: http.MethodGet, Path: "/v1/backups", Tag: backupsTag,
		Summary: "List my backups", Description: "All that the caller took, newest first, also of what has been removed or moved away since, without addresses; for an administrator also what " +
			"has come to the administrators when somebody was removed.",
		Callers: access.Everyone, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PageInput) (*listOutput[backup.Record], error) {
		return listed(backups.ListOwn(ctx, call.Caller, in.Limit, in.Cursor))
	})
}
