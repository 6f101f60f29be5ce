// Command create-api-token serves POST /v1/api-tokens.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	tokens := p.Tokens()
	tokens.Current.Hasher = password.Hasher{Random: p.Random}
	server.Serve(p, api.Operations{}.CreateAPIToken(tokens))
}
