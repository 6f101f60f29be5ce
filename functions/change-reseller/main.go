// Command change-reseller serves PATCH /v1/resellers/{resellerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeReseller(p.Resellers()))
}
