// Command delete-customer serves DELETE /v1/customers/{customerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeleteCustomer(p.RemovalAcceptor()))
}
