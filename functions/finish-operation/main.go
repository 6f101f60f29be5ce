// Command finish-operation ends an operation of which every item has an outcome, or has its workflow go on.
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
