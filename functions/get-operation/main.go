// Command get-operation serves GET /v1/operations/{operationId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.GetOperation(p.OperationViewer()))
}
