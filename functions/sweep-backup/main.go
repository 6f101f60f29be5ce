// Command sweep-backup erases what came into the storage under backups that were deleted, from the queue of sweeps.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/platform"
	"tenantry/shared/storage"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	backups := p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()))
	lambda.Start(task.Errands(p.Task("sweepBackup"), backups.Sweep))
}
