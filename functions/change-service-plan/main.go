// Command change-service-plan serves PATCH /v1/service-plans/{planId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeServicePlan(p.ServicePlans()))
}
