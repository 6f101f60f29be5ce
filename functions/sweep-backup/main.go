// Command sweep-backup deletes objects that were uploaded for deleted backups. It reads the queue of backup sweeps.
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
