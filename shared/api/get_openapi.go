package api

import (
	"context"
	"net/http"

	"tenantry/docs"
	"tenantry/shared/httpapi"
)

type openapiOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// GetOpenapi answers the document of the API.
func (Operations) GetOpenapi() httpapi.Operation {
	return httpapi.Public(httpapi.Spec{
		ID: "getOpenapi", Method: http.MethodGet, Path: "/v1/openapi.json", Tag: serviceTag,
		Summary: "Get this document", Description: "OpenAPI 3.1.",
	}, func(context.Context, httpapi.Call, *struct{}) (*openapiOutput, error) {
		return &openapiOutput{ContentType: "application/json", Body: docs.OpenAPI}, nil
	})
}
