// Command create-session serves POST /v1/sessions.
package main

import (
	"tenantry/shared/access"
	"tenantry/shared/api"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
)

func main() {
	p := platform.Open()
	server.Serve(p, api.Operations{}.CreateSession(access.SignIn{
		Store: p.Table(), Hasher: password.Hasher{Random: p.Random}, Limits: p.Limits(), Lifetime: p.SessionLifetime(),
		NewID: p.IDs().New, Random: p.Random, Now: p.Now,
	}))
}
