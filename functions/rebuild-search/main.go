// Command rebuild-search orders that the search index of an owner's customers, or of all accounts, is written again. It
// has no route; IAM decides who may invoke it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/directory"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	rebuild := directory.RebuildSearch{Store: p.Table(), Now: p.Now}
	lambda.Start(task.Direct(p.Task("rebuildSearch"), rebuild.Run))
}
