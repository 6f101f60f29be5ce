// Command create-administrator creates the first administrator. It has no route; IAM decides who may invoke it.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/access"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	first := access.FirstAdministrator{
		Store: p.Table(), Hasher: password.Hasher{Random: p.Random}, Policy: password.Policy{Minimum: p.PasswordMinimum()},
		NewID: p.IDs().New, Random: p.Random, Now: p.Now,
	}
	lambda.Start(task.Direct(p.Task("createAdministrator"), first.Create))
}
