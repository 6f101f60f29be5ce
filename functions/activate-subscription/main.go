// Command activate-subscription serves POST /v1/subscriptions/{subscriptionId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ActivateSubscription(p.Subscriptions()))
}
