package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

type listBackupsInput struct {
	SubscriptionPath
	PageInput
}

// ListBackups lists the backups of a subscription.
func (Operations) ListBackups(backups backup.Backups) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listBackups",
		Method:      http.MethodGet,
		Path:        "/v1/subscriptions/{subscriptionId}/backups",
		Tag:         backupsTag,
		Summary:     "List the backups of a subscription",
		Compress:    true,
		Description: "Sorted by time of creation, oldest first.",
		Callers:     access.Everyone,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *listBackupsInput) (*listOutput[backup.BackupView], error) {
		return listResponse(backups.List(ctx, call.Caller, in.SubscriptionID, in.Limit, in.Cursor))
	})
}
