// Command list-websites serves GET /v1/subscriptions/{subscriptionId}/websites.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListWebsites(p.Websites()))
}
