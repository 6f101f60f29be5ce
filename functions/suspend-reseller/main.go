// Command suspend-reseller serves POST /v1/resellers/{resellerId}/suspend.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.SuspendReseller(p.Resellers()))
}
