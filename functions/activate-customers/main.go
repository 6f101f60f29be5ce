// Command activate-customers serves POST /v1/customers/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ActivateCustomers(p.StatusAcceptor()))
}
