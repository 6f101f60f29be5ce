// Command convert-customers serves POST /v1/customers/convert.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ConvertCustomers(p.TransferAcceptor()))
}
