// Command navigate-objects serves GET /v1/navigate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/navigate"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.NavigateObjects(navigate.Navigator{Store: p.Table(), Now: p.Now}))
}
