// Command unknown-route answers whatever no other route takes.
package main

import "tenantry/shared/platform"

func main() {
	platform.Open().Serve()
}
