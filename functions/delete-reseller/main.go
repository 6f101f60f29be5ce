// Command delete-reseller serves DELETE /v1/resellers/{resellerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteReseller(p.RemovalAcceptor()))
}
