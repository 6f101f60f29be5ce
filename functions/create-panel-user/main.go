// Command create-panel-user serves POST /v1/customers/{customerId}/panel-users.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	users := p.PanelUsers(directory.List{})
	create := &users.Create
	create.Passwords, create.Policy = password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	server.Serve(p, api.Operations{}.CreatePanelUser(users))
}
