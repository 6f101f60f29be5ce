// Command activate-customer serves POST /v1/customers/{customerId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ActivateCustomer(p.Change()))
}
