// Command change-customer-description serves PUT /v1/customers/{customerId}/description.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeCustomerDescription(p.Change()))
}
