// Command get-panel-page serves the web panel: GET / and all addresses that belong to no other function.
package main

import (
	"os"

	"tenantry/panel/site"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	page, err := site.Open(os.DirFS(os.Getenv("LAMBDA_TASK_ROOT")), os.Getenv("STORAGE_ORIGIN"))
	if err != nil {
		p.Logger.Error("the panel's files cannot be read", "error", err)
		os.Exit(1)
	}
	p.ServePage(page)
}
