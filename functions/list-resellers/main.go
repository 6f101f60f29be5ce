// Command list-resellers serves GET /v1/resellers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListResellers(p.List(), p.Resellers()))
}
