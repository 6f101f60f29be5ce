// Command unknown-route responds to requests that match no other route, including HEAD and OPTIONS of all paths.
package main

import (
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	server.Serve(platform.Open())
}
