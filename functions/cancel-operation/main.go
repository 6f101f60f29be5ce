// Command cancel-operation serves POST /v1/operations/{operationId}/cancel.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CancelOperation(p.OperationCanceller()))
}
