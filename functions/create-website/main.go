// Command create-website serves POST /v1/subscriptions/{subscriptionId}/websites.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateWebsite(p.Websites()))
}
