// Command plan-operation completes the item list of an operation and cuts it into batches, as the first step of a workflow.
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
