// Package docs carries the documents that the service itself answers.
package docs

import _ "embed" // openapi.json

// OpenAPI is the document of the API, written from its operations by `make openapi`.
//
//go:embed openapi.json
var OpenAPI []byte
