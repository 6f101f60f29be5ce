// Command list-backups serves GET /v1/subscriptions/{subscriptionId}/backups.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListBackups(p.Backups(nil)))
}
