// Command unknown-route answers whatever no other route takes, HEAD and OPTIONS of all paths included.
package main

import "tenantry/shared/platform"

func main() {
	platform.Open().Serve()
}
