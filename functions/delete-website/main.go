// Command delete-website serves DELETE /v1/websites/{websiteId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeleteWebsite(p.Websites()))
}
