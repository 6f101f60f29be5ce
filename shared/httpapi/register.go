package httpapi

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// register registers the operations that a function serves. Of the document it builds only what checks requests: the
// descriptions and the schemas of responses would be a tenth of the function's start-up.
func (r *router) register(ops []Endpoint) huma.API {
	registry := &inputRegistry{Registry: newRegistry()}
	api := newAPI(r, &huma.OpenAPI{Components: &huma.Components{Schemas: registry}})
	for _, op := range ops {
		registry.output = op.output
		r.add(api, op, huma.Operation{
			OperationID: op.ID, Method: op.Method, Path: op.Path, DefaultStatus: op.success(),
			MaxBodyBytes: -1, // readBody checks the size before huma
			Hidden:       true,
		})
	}
	r.sortBySpecificity()
	return api
}

// add registers an operation with huma and returns its route.
func (r *router) add(api huma.API, op Endpoint, doc huma.Operation) *route {
	op.register(api, doc)
	added := r.routes[len(r.routes)-1]
	added.spec, added.query = op.Spec, queryNames(added.doc)
	return added
}

func newAPI(r *router, doc *huma.OpenAPI) huma.API {
	configureHuma()
	return huma.NewAPI(huma.Config{
		OpenAPI:       doc,
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	}, r)
}

func newRegistry() huma.Registry {
	return huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
}

// inputRegistry is a registry without the schemas of responses and problems. huma always asks for them, but they check
// nothing.
type inputRegistry struct {
	huma.Registry

	output reflect.Type // the body of the present operation's responses; not the body of its requests, see newOperation
}

// Schema returns the schema of a type. It returns an empty one for responses and problems.
func (r *inputRegistry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	if t == r.output || t == problemType {
		return new(huma.Schema)
	}
	return r.Registry.Schema(t, allowRef, hint)
}
