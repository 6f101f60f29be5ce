// Command change-own-contact serves PATCH /v1/me/contact.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeOwnContact(p.Self()))
}
