// Command suspend-customer serves POST /v1/customers/{customerId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SuspendCustomer(p.Change()))
}
