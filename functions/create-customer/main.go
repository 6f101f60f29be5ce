// Command create-customer serves POST /v1/customers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	create := p.Create()
	create.Passwords, create.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	server.Serve(p, api.Operations{}.CreateCustomer(create))
}
