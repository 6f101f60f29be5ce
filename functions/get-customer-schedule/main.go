// Command get-customer-schedule serves GET /v1/customers/{customerId}/schedule.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.GetCustomerSchedule(p.Get()))
}
