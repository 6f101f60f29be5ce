// Command remove-accounts removes the accounts of one batch of an operation.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/storage"
	"tenantry/shared/task"
)

// width is the number of accounts that are processed in parallel.
const width = 5

func main() {
	p := platform.Open()
	backups := p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()))
	batches := operation.BatchRunner{
		Store:      p.Table().GroupWrites(),
		Processors: p.Remover(backups).Processors(),
		Width:      width,
		Now:        p.Now,
	}
	lambda.Start(task.Step(p.Task("removeAccounts"), task.Done(batches.Run)))
}
