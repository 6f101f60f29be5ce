// Command change-reseller-plan serves PATCH /v1/reseller-plans/{planId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeResellerPlan(p.ResellerPlans()))
}
