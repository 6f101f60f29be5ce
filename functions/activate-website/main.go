// Command activate-website serves POST /v1/websites/{websiteId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ActivateWebsite(p.Websites()))
}
