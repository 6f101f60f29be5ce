// Command list-resellers serves GET /v1/resellers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListResellers(p.List(), p.Resellers()))
}
