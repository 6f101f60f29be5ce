// Command transfer-accounts converts or moves the customers of one batch of an operation.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

// width is the number of customers that are processed in parallel.
const width = 5

func main() {
	p := platform.Open()
	batches := operation.BatchRunner{
		Store:      p.Table().GroupWrites(),
		Processors: p.Mover().Processors(),
		Width:      width,
		Now:        p.Now,
	}
	lambda.Start(task.Step(p.Task("transferAccounts"), task.Done(batches.Run)))
}
