// Command change-own-contact serves PATCH /v1/me/contact.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	self := p.Self()
	self.Current.Hasher = password.Hasher{Random: p.Random}
	p.Serve(api.Operations{}.ChangeOwnContact(self))
}
