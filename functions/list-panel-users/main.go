// Command list-panel-users serves GET /v1/customers/{customerId}/panel-users.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListPanelUsers(p.PanelUsers(p.List())))
}
