// Command change-reseller-plan serves PATCH /v1/reseller-plans/{planId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeResellerPlan(p.ResellerPlans()))
}
