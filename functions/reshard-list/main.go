// Command reshard-list divides lists of customers and resellers into more shards. A schedule invokes it, which gives all
// lists the shards that their size needs. Operators may invoke it for one owner. It has no route.
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
	reshard := directory.Reshard{
		Store: p.Table(), Now: p.Now, Wait: clock.Wait, ShardSize: directory.DefaultShardSize,
	}
	lambda.Start(task.Direct(p.Task("reshardList"), reshard.Run))
}
