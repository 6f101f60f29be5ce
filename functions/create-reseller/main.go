// Command create-reseller serves POST /v1/resellers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	resellers := p.Resellers()
	create := &resellers.Create
	create.Passwords, create.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	p.Serve(api.Operations{}.CreateReseller(resellers))
}
