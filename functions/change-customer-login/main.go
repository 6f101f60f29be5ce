// Command change-customer-login serves PUT /v1/customers/{customerId}/login.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeCustomerLogin(p.Change()))
}
