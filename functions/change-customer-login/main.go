// Command change-customer-login serves PUT /v1/customers/{customerId}/login.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	change := p.Change()
	change.Passwords, change.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	server.Serve(p, api.Operations{}.ChangeCustomerLogin(change))
}
