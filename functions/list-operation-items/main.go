// Command list-operation-items serves GET /v1/operations/{operationId}/items.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListOperationItems(p.OperationViewer()))
}
