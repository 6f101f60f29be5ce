// Command change-own-password serves PUT /v1/me/password.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	self := p.Self()
	self.Current.Hasher, self.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	server.Serve(p, api.Operations{}.ChangeOwnPassword(self))
}
