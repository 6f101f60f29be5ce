// Command move-customer serves POST /v1/customers/{customerId}/move.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.MoveCustomer(p.TransferAcceptor()))
}
