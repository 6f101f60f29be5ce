// Command list-subscriptions serves GET /v1/customers/{customerId}/subscriptions.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListSubscriptions(p.Subscriptions()))
}
