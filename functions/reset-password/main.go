// Command reset-password serves POST /v1/password-resets.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/platform"
	"tenantry/shared/reset"
)

func main() {
	p := platform.Open()
	p.Serve(api.Operations{}.ResetPassword(reset.Redeemer{
		Store: p.Table(), Hasher: p.Hasher(), Policy: p.Policy(), Mails: p.MailLimiter(),
		NewID: p.IDs().New, Now: p.Now,
	}))
}
