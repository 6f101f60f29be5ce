// Command delete-backup serves DELETE /v1/backups/{backupId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
	"tenantry/shared/storage"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteBackup(p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()))))
}
