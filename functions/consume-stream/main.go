// Command consume-stream hands on what has happened, from the stream of the table: to the event bus, to the queues of mails and of
// errands, and to workflows. It also erases what is left of removed panel users.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/bus"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/outbox"
	"tenantry/shared/platform"
	"tenantry/shared/queue"
	"tenantry/shared/task"
	"tenantry/shared/workflow"
)

func main() {
	p := platform.Open()
	dispatch := outbox.Dispatch{
		Announce: event.Announce{Bus: bus.Open(p.AWS, p.BusName())},
		Queue:    queue.Open[outbox.Order](p.AWS, p.MailQueueURL(), "MailQueue"),
		Errands: map[event.Errand]outbox.Errands{
			event.FinishRemoval: queue.Open[event.Order](p.AWS, p.RemovalsURL(), "Removals"),
			event.SweepBackup:   queue.Open[event.Order](p.AWS, p.BackupSweepsURL(), "BackupSweeps"),
		},
		Workflows: operation.Launcher{Workflows: workflow.Open(p.AWS, p.Machines())},
	}
	erase := directory.Erase{Store: p.Table()}
	lambda.Start(task.Stream(p.Task("consumeStream"), dynamo.ReadEvent, task.InTurn(dispatch.Handle, erase.Handle)))
}
