package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/httpapi"
)

// DeleteBackup deletes a backup.
func (Operations) DeleteBackup(backups backup.Backups) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteBackup",
		Method:  http.MethodDelete,
		Path:    "/v1/backups/{backupId}",
		Tag:     backupsTag,
		Summary: "Delete a backup",
		Description: "Deletes the backup and all its versions in the storage. If the request is interrupted, repeat it to " +
			"complete the deletion.",
		Callers: accountHolders,
		Scope:   access.HostingWrite,
		IfMatch: true,
	}, func(ctx context.Context, call httpapi.Call, in *BackupPath) (*struct{}, error) {
		return nil, backups.Delete(ctx, call.Caller, metadataOf(call), in.BackupID)
	})
}
