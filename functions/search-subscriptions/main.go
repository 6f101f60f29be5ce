// Command search-subscriptions serves GET /v1/subscriptions.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/hosting"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SearchSubscriptions(hosting.Search{Store: p.Table(), Cursors: p.Cursors(), Now: p.Now}))
}
