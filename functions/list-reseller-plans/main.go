// Command list-reseller-plans serves GET /v1/reseller-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListResellerPlans(p.ResellerPlans()))
}
