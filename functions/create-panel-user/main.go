// Command create-panel-user serves POST /v1/customers/{customerId}/panel-users.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreatePanelUser(p.PanelUsers(directory.List{})))
}
