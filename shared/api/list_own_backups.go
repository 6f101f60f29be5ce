package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

// ListOwnBackups lists the backups that the caller created.
func (Operations) ListOwnBackups(backups backup.Backups) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listOwnBackups",
		Method:   http.MethodGet,
		Path:     "/v1/backups",
		Tag:      backupsTag,
		Summary:  "List my backups",
		Compress: true,
		Description: "Lists all backups that you created, newest first, without download URLs. The list includes backups " +
			"of subscriptions that have been removed or moved. For an administrator, it also includes the backups that " +
			"administrators took over from removed accounts.",
		Callers: access.Everyone,
		Scope:   access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PageInput) (*listOutput[backup.BackupView], error) {
		return listResponse(backups.ListOwn(ctx, call.Caller, in.Limit, in.Cursor))
	})
}
