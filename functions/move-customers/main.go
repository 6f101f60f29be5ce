// Command move-customers serves POST /v1/customers/move.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.MoveCustomers(p.TransferAcceptor()))
}
