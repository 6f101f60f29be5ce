// Command create-customer serves POST /v1/customers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateCustomer(p.Create()))
}
