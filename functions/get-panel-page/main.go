// Command get-panel-page serves the web panel: GET / and all addresses that belong to no other function.
package main

import (
	"tenantry/panel/site"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.ServePage(p.ReadPage(site.Open))
}
