// Command list-operations serves GET /v1/operations.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListOperations(p.OperationViewer()))
}
