// Command get-gate serves GET /v1/gate/{domain}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/hosting"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.GetGate(hosting.Gate{Store: p.Table(), Now: p.Now}))
}
