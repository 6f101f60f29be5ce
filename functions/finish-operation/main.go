// Command finish-operation ends an operation if all its items have an outcome, or else makes its workflow continue.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	finish := operation.Finisher{Store: p.Table(), Now: p.Now}
	lambda.Start(task.Step(p.Task("finishOperation"), finish.Finish))
}
