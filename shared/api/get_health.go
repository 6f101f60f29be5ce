package api

import (
	"context"
	"net/http"

	"tenantry/shared/httpapi"
)

// Health is the state of the service.
type Health struct {
	Status string `json:"status" enum:"ok"`
}

type healthOutput struct{ Body Health }

// Storage is the storage that the service needs.
type Storage interface {
	// Ping returns an error if the storage does not respond.
	Ping(ctx context.Context) error
}

// GetHealth reports whether the service can serve requests.
func (Operations) GetHealth(storage Storage) httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID:          "getHealth",
		Method:      http.MethodGet,
		Path:        "/v1/health",
		Tag:         serviceTag,
		Summary:     "Check the service",
		Description: "Returns 200 if the storage responds, otherwise 503.",
	}, func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*healthOutput, error) {
		return &healthOutput{Body: Health{Status: "ok"}}, storage.Ping(ctx)
	})
}
