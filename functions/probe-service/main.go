// Command probe-service uses the service as its clients do and measures whether it works. A schedule invokes it every
// five minutes.
package main

import "tenantry/shared/platform"

func main() { platform.ServeProbe() }
