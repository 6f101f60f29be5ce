// Command list-api-tokens serves GET /v1/api-tokens.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListAPITokens(p.Tokens()))
}
