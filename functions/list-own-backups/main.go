// Command list-own-backups serves GET /v1/backups.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ListOwnBackups(p.Backups(nil)))
}
