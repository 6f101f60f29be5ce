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

// GetOpenapi returns the OpenAPI document of the API.
func (Operations) GetOpenapi() httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID:          "getOpenapi",
		Method:      http.MethodGet,
		Path:        "/v1/openapi.json",
		Tag:         serviceTag,
		Summary:     "Get this document",
		Compress:    true,
		Description: "Returns the OpenAPI 3.1 document of this API.",
	}, func(context.Context, httpapi.Call, *struct{}) (*openapiOutput, error) {
		return &openapiOutput{ContentType: "application/json", Body: docs.OpenAPI}, nil
	})
}
