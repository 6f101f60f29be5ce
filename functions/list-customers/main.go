// Command list-customers serves GET /v1/customers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListCustomers(p.List()))
}
