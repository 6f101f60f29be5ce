// Command list-panel-user-events serves GET /v1/panel-users/{userId}/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListPanelUserEvents(p.Trail()))
}
