// Command create-reseller-plan serves POST /v1/reseller-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateResellerPlan(p.ResellerPlans()))
}
