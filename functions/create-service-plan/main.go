// Command create-service-plan serves POST /v1/service-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateServicePlan(p.ServicePlans()))
}
