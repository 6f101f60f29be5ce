// Command cancel-operation serves POST /v1/operations/{operationId}/cancel.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CancelOperation(p.OperationCanceller()))
}
