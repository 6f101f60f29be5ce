// Command move-customers serves POST /v1/customers/move.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.MoveCustomers(p.TransferAcceptor()))
}
