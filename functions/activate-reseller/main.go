// Command activate-reseller serves POST /v1/resellers/{resellerId}/activate.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ActivateReseller(p.Resellers()))
}
