// Command create-reseller serves POST /v1/resellers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateReseller(p.Resellers()))
}
