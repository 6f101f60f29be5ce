// Command activate-subscription serves POST /v1/subscriptions/{subscriptionId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ActivateSubscription(p.Subscriptions()))
}
