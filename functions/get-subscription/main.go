// Command get-subscription serves GET /v1/subscriptions/{subscriptionId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.GetSubscription(p.Subscriptions()))
}
