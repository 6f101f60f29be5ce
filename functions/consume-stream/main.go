// Command consume-stream hands on what has happened, from the stream of the table: to the event bus, to the mailer's queue, and
// to the queues of errands.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/bus"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/platform"
	"tenantry/shared/queue"
	"tenantry/shared/task"
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
	}
	lambda.Start(task.Stream(p.Task("consumeStream"), dynamo.ReadEvent, dispatch.Handle))
}
