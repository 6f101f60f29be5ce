// Command get-service-plan serves GET /v1/service-plans/{planId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetServicePlan(p.ServicePlans()))
}
