// Command get-reset-page serves GET /reset-password and the page's files below it.
package main

import (
	"tenantry/panel/reset"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.ServePage(reset.Page(p.PasswordMinimum(), p.PublicURL()))
}
