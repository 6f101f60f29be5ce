// Command suspend-customer serves POST /v1/customers/{customerId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SuspendCustomer(p.Change()))
}
