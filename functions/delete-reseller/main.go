// Command delete-reseller serves DELETE /v1/resellers/{resellerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeleteReseller(p.RemovalAcceptor()))
}
