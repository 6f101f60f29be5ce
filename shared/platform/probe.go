package platform

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/sethvargo/go-envconfig"

	"tenantry/shared/clock"
	"tenantry/shared/probe"
	"tenantry/shared/task"
)

// probeSettings are the environment variables of the probe, which infra/monitoring.yaml sets. It has no other access to
// the service than its clients.
type probeSettings struct {
	Secret  string `env:"PROBE_SECRET, required"`
	Metrics string `env:"METRICS_NAMESPACE, required"`
}

// ServeProbe probes the service at each invocation. It does not return. If the configuration is not complete, it logs an
// error and ends the process.
func ServeProbe() {
	tuneCollector()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	ctx := context.Background()
	var s probeSettings
	if err := envconfig.Process(ctx, &s); err != nil {
		stop(logger, fmt.Errorf("the configuration is not complete: %w", err))
	}
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		stop(logger, fmt.Errorf("the AWS configuration cannot be loaded: %w", err))
	}
	service := probe.Probe{
		Client: &http.Client{Timeout: time.Minute}, Read: probe.OpenSecret(loaded, s.Secret).Read, Now: clock.Now,
	}
	lambda.Start(task.Direct(
		task.Config{Name: "probeService", Logger: logger, Now: clock.Now, Namespace: s.Metrics}, service.Run))
}
