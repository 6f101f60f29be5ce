// Command create-backup serves POST /v1/subscriptions/{subscriptionId}/backups.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
	"tenantry/shared/storage"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateBackup(p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()))))
}
