// Command change-service-plan serves PATCH /v1/service-plans/{planId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeServicePlan(p.ServicePlans()))
}
