// Command create-reset-link serves POST /v1/customers/{customerId}/reset-link.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.CreateResetLink(p.ResetLinks()))
}
