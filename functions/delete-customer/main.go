// Command delete-customer serves DELETE /v1/customers/{customerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteCustomer(p.RemovalAcceptor()))
}
