// Command change-customer-description serves PUT /v1/customers/{customerId}/description.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeCustomerDescription(p.Change()))
}
