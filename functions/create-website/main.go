// Command create-website serves POST /v1/subscriptions/{subscriptionId}/websites.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateWebsite(p.Websites()))
}
