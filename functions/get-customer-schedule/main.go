// Command get-customer-schedule serves GET /v1/customers/{customerId}/schedule.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.GetCustomerSchedule(p.Get()))
}
