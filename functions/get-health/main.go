// Command get-health serves GET /v1/health.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetHealth(p.Table()))
}
