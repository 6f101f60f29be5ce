// Command change-own-password serves PUT /v1/me/password.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeOwnPassword(p.Self()))
}
