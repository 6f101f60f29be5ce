// Command get-gate-changes serves GET /v1/gate-changes.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/changefeed"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.GetGateChanges(changefeed.Reader{Store: p.Table(), Cursors: p.Cursors(), Now: p.Now}))
}
