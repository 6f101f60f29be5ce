// Command suspend-website serves POST /v1/websites/{websiteId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SuspendWebsite(p.Websites()))
}
