// Command get-customer serves GET /v1/customers/{customerId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetCustomer(p.Get()))
}
