// Command remove-customers serves POST /v1/customers/remove.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.RemoveCustomers(p.RemovalAcceptor()))
}
