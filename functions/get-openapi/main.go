// Command get-openapi serves GET /v1/openapi.json.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetOpenapi())
}
