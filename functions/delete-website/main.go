// Command delete-website serves DELETE /v1/websites/{websiteId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteWebsite(p.Websites()))
}
