// Command convert-customer serves POST /v1/customers/{customerId}/convert.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ConvertCustomer(p.TransferAcceptor()))
}
