// Command delete-panel-user serves DELETE /v1/panel-users/{userId}.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.DeletePanelUser(p.PanelUsers(directory.List{})))
}
