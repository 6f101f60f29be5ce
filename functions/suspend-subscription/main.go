// Command suspend-subscription serves POST /v1/subscriptions/{subscriptionId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SuspendSubscription(p.Subscriptions()))
}
