// Command consume-stream handles the events in the table's stream. It writes the change feed of hosting nodes, starts
// workflows, enqueues mails, publishes notices on the event bus, and deletes the remaining rows of removed accounts.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/bus"
	"tenantry/shared/dynamo"
	"tenantry/shared/outbox"
	"tenantry/shared/parking"
	"tenantry/shared/platform"
	"tenantry/shared/queue"
	"tenantry/shared/stream"
	"tenantry/shared/task"
	"tenantry/shared/workflow"
)

func main() {
	p := platform.Open()
	consumer := stream.Consumer{
		stream.AppendGateChanges{Feed: p.Table(), Shard: p.FeedShard(), Now: p.Now},
		stream.StartWorkflows{Workflows: workflow.Open(p.AWS, p.Machines())},
		stream.EnqueueMails{Queue: queue.Open[outbox.Message](p.AWS, p.MailQueueURL(), "MailQueue")},
		stream.PublishNotices{Bus: bus.Open(p.AWS, p.BusName())},
		stream.EraseRemains{Store: p.Table()},
	}
	parked := parking.Open(p.AWS, p.ParkedRecords(), p.Now)
	lambda.Start(task.Stream(p.Task("consumeStream"), dynamo.ReadEvent, consumer.Handle, parked.Park))
}
