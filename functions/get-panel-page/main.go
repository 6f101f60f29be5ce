// Command get-panel-page serves the web panel: GET / and all addresses that belong to no other function.
package main

import (
	"io/fs"

	"tenantry/panel/site"
	"tenantry/shared/httpapi"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	open := func(files fs.FS) (httpapi.Page, error) { return site.Open(files, p.StorageOrigin()) }
	server.ServePage(p, server.ReadPage(p, open))
}
