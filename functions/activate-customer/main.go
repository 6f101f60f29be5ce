// Command activate-customer serves POST /v1/customers/{customerId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ActivateCustomer(p.Change()))
}
