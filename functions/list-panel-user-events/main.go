// Command list-panel-user-events serves GET /v1/panel-users/{userId}/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListPanelUserEvents(p.Trail()))
}
