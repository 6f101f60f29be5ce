// Command delete-session serves DELETE /v1/session.
package main

import (
	"tenantry/shared/access"
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeleteSession(access.SignOut{Store: p.Table()}))
}
