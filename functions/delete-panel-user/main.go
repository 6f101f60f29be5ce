// Command delete-panel-user serves DELETE /v1/panel-users/{userId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.DeletePanelUser(p.PanelUsers(directory.List{})))
}
