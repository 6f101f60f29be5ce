// Command plan-operation is the first step of a workflow. It completes the item list of an operation and cuts it into
// batches.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	plan := operation.Planner{Store: p.Table(), Now: p.Now}
	lambda.Start(task.Step(p.Task("planOperation"), plan.Plan))
}
