// Command create-service-plan serves POST /v1/service-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateServicePlan(p.ServicePlans()))
}
