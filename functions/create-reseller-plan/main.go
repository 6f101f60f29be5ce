// Command create-reseller-plan serves POST /v1/reseller-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateResellerPlan(p.ResellerPlans()))
}
