// Command finish-removal finishes removals of subscriptions that requests have begun. It reads the queue of removals.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	lambda.Start(task.Errands(p.Task("finishRemoval"), p.Subscriptions().Finish))
}
