// Command activate-website serves POST /v1/websites/{websiteId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ActivateWebsite(p.Websites()))
}
