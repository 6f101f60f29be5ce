// Command list-api-tokens serves GET /v1/api-tokens.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListAPITokens(p.Tokens()))
}
