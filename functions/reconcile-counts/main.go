// Command reconcile-counts counts what a reseller has given out, or the accounts of all owners, compares the result with
// the stored counts, and corrects them if it is asked to. It has no route; IAM decides who may invoke it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/clock"
	"tenantry/shared/platform"
	"tenantry/shared/reconcile"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	reconciler := reconcile.Reconciler{Store: p.Table(), Now: p.Now, Wait: clock.Wait}
	lambda.Start(task.Direct(p.Task("reconcileCounts"), reconciler.Run))
}
