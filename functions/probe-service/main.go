// Command probe-service uses the service as its clients do and measures whether it works. A schedule invokes it every
// five minutes.
package main

import (
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/platform"
	"tenantry/shared/probe"
	"tenantry/shared/task"
)

func main() {
	p, secretARN := platform.OpenProbe()
	secret := probe.OpenSecret(p.AWS, secretARN)
	service := probe.Probe{Client: &http.Client{Timeout: time.Minute}, Read: secret.Read, Now: p.Now}
	lambda.Start(task.Direct(p.Task("probeService"), service.Run))
}
