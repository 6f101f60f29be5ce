// Command list-customer-events serves GET /v1/customers/{customerId}/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListCustomerEvents(p.Trail()))
}
