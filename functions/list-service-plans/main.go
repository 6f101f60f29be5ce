// Command list-service-plans serves GET /v1/service-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListServicePlans(p.ServicePlans()))
}
