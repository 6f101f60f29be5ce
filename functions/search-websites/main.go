// Command search-websites serves GET /v1/websites.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/hosting"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.SearchWebsites(hosting.Search{Store: p.Table(), Cursors: p.Cursors(), Now: p.Now}))
}
