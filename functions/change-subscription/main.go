// Command change-subscription serves PATCH /v1/subscriptions/{subscriptionId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeSubscription(p.Subscriptions()))
}
