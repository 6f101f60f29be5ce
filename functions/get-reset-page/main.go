// Command get-reset-page serves GET /reset-password and the page's files below it.
package main

import (
	"tenantry/panel/reset"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.ServePage(p, reset.Page(p.PasswordMinimum(), p.PublicURL()))
}
