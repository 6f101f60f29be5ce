// Command reconcile-reseller recounts the usage of a reseller and reports whether the stored counts are correct. It has
// no route; IAM decides who may invoke it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/hosting"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	lambda.Start(task.Direct(p.Task("reconcileReseller"), hosting.Reconcile{Store: p.Table()}.Run))
}
