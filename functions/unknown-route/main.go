// Command unknown-route responds to requests that match no other route, including HEAD and OPTIONS of all paths.
package main

import "tenantry/shared/platform"

func main() {
	platform.Open().Serve()
}
