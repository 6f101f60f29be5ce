// Command sweep-due does what is due. A schedule runs it every minute; an operator may run it at any time.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/backup"
	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/due"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/storage"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	storage := storage.Open(p.AWS, p.BackupBucket(), p.StorageURL())
	sweep := due.Sweep{Store: p.Table(), Now: p.Now, Handlers: map[due.Kind]due.Handler{
		due.Account:      directory.Elapse{Editor: change.Editor{Store: p.Table(), NewID: p.IDs().New, Now: p.Now}, Now: p.Now},
		due.Operation:    operation.Resumer{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
		due.Subscription: hosting.Elapse{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
		due.Backup:       backup.Sweep{Store: p.Table(), Storage: storage, Now: p.Now},
	}}
	lambda.Start(task.Direct(p.Task("sweepDue"), sweep.Run))
}
