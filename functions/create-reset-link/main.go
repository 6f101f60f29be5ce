// Command create-reset-link serves POST /v1/customers/{customerId}/reset-link.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateResetLink(p.ResetLinks()))
}
