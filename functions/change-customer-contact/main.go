// Command change-customer-contact serves PATCH /v1/customers/{customerId}/contact.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ChangeCustomerContact(p.Change()))
}
