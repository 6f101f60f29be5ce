// Command change-customer-contact serves PATCH /v1/customers/{customerId}/contact.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ChangeCustomerContact(p.Change()))
}
