package api

import (
	"context"
	"net/http"

	"tenantry/shared/httpapi"
)

// Health tells that the service serves.
type Health struct {
	Status string `json:"status" enum:"ok"`
}

type healthOutput struct{ Body Health }

// Storage is what health depends on.
type Storage interface {
	// Ping tells whether the storage answers.
	Ping(ctx context.Context) error
}

// GetHealth tells whether the service can serve.
func (Operations) GetHealth(storage Storage) httpapi.Operation {
	return httpapi.Public(httpapi.Spec{
		ID: "getHealth", Method: http.MethodGet, Path: "/v1/health", Tag: serviceTag,
		Summary: "Check the service", Description: "Answers 200 when the storage answers, else 503.",
	}, func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*healthOutput, error) {
		return &healthOutput{Body: Health{Status: "ok"}}, storage.Ping(ctx)
	})
}
