// Command list-own-backups serves GET /v1/backups.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListOwnBackups(p.Backups(nil)))
}
