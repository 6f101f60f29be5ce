// Command navigate-objects serves GET /v1/navigate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/navigate"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.NavigateObjects(navigate.Navigator{Store: p.Table(), Now: p.Now}))
}
