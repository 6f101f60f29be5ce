// Command reconcile-reseller counts anew what a reseller has given and tells whether the counts kept agree. It has no route:
// whoever may invoke it, by IAM, may do it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/hosting"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	lambda.Start(task.Direct(p.Task("reconcileReseller"), hosting.Reconcile{Store: p.Table()}.Ask))
}
