// Command list-customer-events serves GET /v1/customers/{customerId}/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListCustomerEvents(directory.Trail{Store: p.Table(), Cursors: p.Cursors()}))
}
