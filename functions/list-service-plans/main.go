// Command list-service-plans serves GET /v1/service-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListServicePlans(p.ServicePlans()))
}
