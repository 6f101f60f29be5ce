// Command reset-password serves POST /v1/password-resets.
package main

import (
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
	"tenantry/shared/reset"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.ResetPassword(reset.Redeemer{
		Store: p.Table(), Hasher: password.Hasher{Random: p.Random}, Policy: password.Policy{Minimum: p.PasswordMinimum()},
		Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now,
	}))
}
