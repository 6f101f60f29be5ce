// Command list-own-events serves GET /v1/me/events.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListOwnEvents(p.Trail()))
}
