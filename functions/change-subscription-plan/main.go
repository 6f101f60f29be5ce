// Command change-subscription-plan serves PUT /v1/subscriptions/{subscriptionId}/plan.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeSubscriptionPlan(p.Subscriptions()))
}
