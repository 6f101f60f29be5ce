// Command get-operation serves GET /v1/operations/{operationId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetOperation(p.OperationViewer()))
}
