// Command consume-stream tells the event bus of what has happened, from the stream of the table.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/bus"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	announce := event.Announce{Bus: bus.Open(p.AWS, p.BusName())}
	lambda.Start(task.Stream(p.Task("consumeStream"), dynamo.ReadEvent, announce.Publish))
}
