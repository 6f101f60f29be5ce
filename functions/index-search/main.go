// Command index-search keeps the search index. It follows the events in the table's stream that change what is searched.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/dynamo"
	"tenantry/shared/parking"
	"tenantry/shared/platform"
	"tenantry/shared/search"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	indexer := search.Indexer{Store: p.Table(), Shared: p.DomainRules().Shared, Now: p.Now}
	parked := parking.Open(p.AWS, p.ParkedRecords(), p.Now)
	lambda.Start(task.Stream(p.Task("indexSearch"), dynamo.ReadSearchEvent, indexer.Handle, parked.Park))
}
