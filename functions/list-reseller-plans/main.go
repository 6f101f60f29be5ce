// Command list-reseller-plans serves GET /v1/reseller-plans.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListResellerPlans(p.ResellerPlans()))
}
