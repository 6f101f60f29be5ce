// Command list-backups serves GET /v1/subscriptions/{subscriptionId}/backups.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ListBackups(p.Backups(nil)))
}
