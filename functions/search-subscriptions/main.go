// Command search-subscriptions serves GET /v1/subscriptions.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/hosting"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(
		p,
		api.Operations{}.SearchSubscriptions(hosting.Search{Store: p.Table(), Cursors: p.Cursors(), Now: p.Now}),
	)
}
