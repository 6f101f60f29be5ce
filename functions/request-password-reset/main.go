// Command request-password-reset serves POST /v1/password-reset-requests.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
	"tenantry/shared/reset"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.RequestPasswordReset(reset.Requester{
		Store: p.Table(), Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now,
	}))
}
