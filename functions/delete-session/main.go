// Command delete-session serves DELETE /v1/session.
package main

import (
	"tenantry/shared/access"
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeleteSession(access.SignOut{Store: p.Table()}))
}
