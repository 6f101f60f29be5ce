// Command delete-api-token serves DELETE /v1/api-tokens/{tokenId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteAPIToken(p.Tokens()))
}
