package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

// BackupPath names a backup in a path.
type BackupPath struct {
	BackupID string `path:"backupId" maxLength:"40" doc:"a backup's id"`
}

type backupOutput struct {
	ETag string `header:"ETag"`
	Body backup.Record
}

// GetBackup reads a backup.
func (Operations) GetBackup(backups backup.Backups) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getBackup", Method: http.MethodGet, Path: "/v1/backups/{backupId}", Tag: backupsTag,
		Summary: "Get a backup", Description: "One that is ready comes with an address to download it from, good for ten minutes.",
		Callers: access.Everyone, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *BackupPath) (*backupOutput, error) {
		found, err := backups.Get(ctx, call.Caller, requestOf(call), in.BackupID)
		return &backupOutput{ETag: httpapi.ETag(found.Version), Body: found}, err
	})
}
