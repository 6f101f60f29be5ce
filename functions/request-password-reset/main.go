// Command request-password-reset serves POST /v1/password-reset-requests.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/reset"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.RequestPasswordReset(reset.Requester{
		Store: p.Table(), Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now,
	}))
}
