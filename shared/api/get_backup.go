package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

// BackupPath holds the id of a backup in a path.
type BackupPath struct {
	BackupID string `path:"backupId" maxLength:"40" doc:"Id of the backup."`
}

type backupOutput struct {
	ETag string `header:"ETag"`
	Body backup.BackupView
}

// GetBackup returns a backup.
func (Operations) GetBackup(backups backup.Backups) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getBackup",
		Method:      http.MethodGet,
		Path:        "/v1/backups/{backupId}",
		Tag:         backupsTag,
		Summary:     "Get a backup",
		Description: "If the backup is ready, the response has a download URL that is valid for ten minutes.",
		Callers:     access.Everyone,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *BackupPath) (*backupOutput, error) {
		shown, err := backups.Get(ctx, call.Caller, metadataOf(call), in.BackupID)
		return &backupOutput{ETag: httpapi.ETag(shown.Version), Body: shown}, err
	})
}
