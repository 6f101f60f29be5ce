// Command sweep-due does the scheduled work that has become due. A schedule invokes it every minute; operators may
// invoke it at any time.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/outbox"
	"tenantry/shared/platform"
	"tenantry/shared/queue"
	"tenantry/shared/storage"
	"tenantry/shared/sweep"
	"tenantry/shared/task"
	"tenantry/shared/workflow"
)

func main() {
	p := platform.Open()
	backups := storage.Open(p.AWS, p.BackupBucket(), p.StorageURL())
	editor := edit.AccountEditor{Store: p.Table(), NewID: p.IDs().New, Now: p.Now}
	sweeper := sweep.Sweeper{Store: p.Table(), Now: p.Now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Account: directory.DueHandler{Editor: editor},
		sweep.Operation: operation.Resumer{
			Store: p.Table(), Workflows: workflow.Open(p.AWS, p.Machines()), NewID: p.IDs().New, Now: p.Now,
		},
		sweep.Subscription: hosting.DueHandler{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
		sweep.Backup:       backup.DueHandler{Store: p.Table(), Storage: backups, Now: p.Now},
		sweep.Mail: outbox.DueHandler{
			Store: p.Table(), Queue: queue.Open[outbox.Message](p.AWS, p.MailQueueURL(), "MailQueue"),
			Troubles: outbox.Troubles{Editor: editor}, Now: p.Now,
		},
	}}
	lambda.Start(task.Direct(p.Task("sweepDue"), sweeper.Run))
}
