// Command suspend-reseller serves POST /v1/resellers/{resellerId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SuspendReseller(p.Resellers()))
}
