// Command suspend-subscription serves POST /v1/subscriptions/{subscriptionId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SuspendSubscription(p.Subscriptions()))
}
