// Command suspend-website serves POST /v1/websites/{websiteId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SuspendWebsite(p.Websites()))
}
