// Command suspend-customers serves POST /v1/customers/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SuspendCustomers(p.StatusAcceptor()))
}
