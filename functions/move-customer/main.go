// Command move-customer serves POST /v1/customers/{customerId}/move.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.MoveCustomer(p.TransferAcceptor()))
}
