// Command activate-reseller serves POST /v1/resellers/{resellerId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ActivateReseller(p.Resellers()))
}
