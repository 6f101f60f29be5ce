// Command create-subscription serves POST /v1/customers/{customerId}/subscriptions.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateSubscription(p.Subscriptions()))
}
