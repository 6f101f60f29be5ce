// Command create-customer serves POST /v1/customers.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	create := p.Create()
	create.Passwords, create.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	p.Serve(api.Operations{}.CreateCustomer(create))
}
