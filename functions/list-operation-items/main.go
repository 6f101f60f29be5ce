// Command list-operation-items serves GET /v1/operations/{operationId}/items.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListOperationItems(p.OperationViewer()))
}
