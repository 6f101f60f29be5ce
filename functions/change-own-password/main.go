// Command change-own-password serves PUT /v1/me/password.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	self := p.Self()
	self.Current.Hasher, self.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	p.Serve(api.Operations{}.ChangeOwnPassword(self))
}
