// Command delete-api-token serves DELETE /v1/api-tokens/{tokenId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeleteAPIToken(p.Tokens()))
}
