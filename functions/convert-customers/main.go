// Command convert-customers serves POST /v1/customers/convert.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ConvertCustomers(p.TransferAcceptor()))
}
