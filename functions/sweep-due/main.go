// Command sweep-due carries out what has come due. A schedule runs it every minute; an operator may at any time.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/due"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	sweep := due.Sweep{Store: p.Table(), Now: p.Now, Handlers: map[due.Kind]due.Handler{
		due.Account:      directory.Elapse{Editor: change.Editor{Store: p.Table(), NewID: p.IDs().New, Now: p.Now}, Now: p.Now},
		due.Operation:    operation.Resumer{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
		due.Subscription: hosting.Elapse{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
	}}
	lambda.Start(task.Direct(p.Task("sweepDue"), sweep.Run))
}
