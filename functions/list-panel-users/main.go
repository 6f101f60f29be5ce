// Command list-panel-users serves GET /v1/customers/{customerId}/panel-users.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListPanelUsers(p.PanelUsers(p.List())))
}
