// Command remove-customers serves POST /v1/customers/remove.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.RemoveCustomers(p.RemovalAcceptor()))
}
