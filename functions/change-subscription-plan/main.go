// Command change-subscription-plan serves PUT /v1/subscriptions/{subscriptionId}/plan.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeSubscriptionPlan(p.Subscriptions()))
}
