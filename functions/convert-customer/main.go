// Command convert-customer serves POST /v1/customers/{customerId}/convert.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ConvertCustomer(p.TransferAcceptor()))
}
