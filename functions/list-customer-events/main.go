// Command list-customer-events serves GET /v1/customers/{customerId}/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListCustomerEvents(p.Trail()))
}
