// Command change-own-contact serves PATCH /v1/me/contact.
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
	self.Current.Hasher = password.Hasher{Random: p.Random}
	server.Serve(p, api.Operations{}.ChangeOwnContact(self))
}
