// Command create-reseller serves POST /v1/resellers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	resellers := p.Resellers()
	create := &resellers.Create
	create.Passwords, create.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	server.Serve(p, api.Operations{}.CreateReseller(resellers))
}
