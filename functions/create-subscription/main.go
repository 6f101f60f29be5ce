// Command create-subscription serves POST /v1/customers/{customerId}/subscriptions.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateSubscription(p.Subscriptions()))
}
