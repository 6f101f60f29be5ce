// Command create-api-token serves POST /v1/api-tokens.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateAPIToken(p.Tokens()))
}
