// Command send-reset-link serves POST /v1/customers/{customerId}/reset-link/send.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SendResetLink(p.ResetLinks()))
}
