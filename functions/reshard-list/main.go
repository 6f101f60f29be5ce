// Command reshard-list divides the lists of a reseller or of the administrator into more shards. It has no route; IAM
// decides who may invoke it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	reshard := directory.Reshard{Store: p.Table(), Now: p.Now, Wait: clock.Wait}
	lambda.Start(task.Direct(p.Task("reshardList"), reshard.Run))
}
