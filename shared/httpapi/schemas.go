package httpapi

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var problemType = reflect.TypeFor[Problem]()

// openResponses allows unknown fields in the schemas of responses, so that responses can gain fields without a new
// version of the document. Schemas of request bodies stay closed.
func openResponses(doc *huma.OpenAPI) {
	closed := map[string]bool{}
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Put, path.Post, path.Delete, path.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				markReachable(doc.Components.Schemas, media.Schema, closed)
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		if !closed[name] && schema.AdditionalProperties == false {
			schema.AdditionalProperties = nil
		}
	}
}

// markReachable marks the names of all schemas that a schema refers to, directly or indirectly.
func markReachable(registry huma.Registry, schema *huma.Schema, reached map[string]bool) {
	if schema == nil {
		return
	}
	if schema.Ref != "" {
		name := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
		if reached[name] {
			return
		}
		reached[name] = true
		markReachable(registry, registry.SchemaFromRef(schema.Ref), reached)
		return
	}
	markReachable(registry, schema.Items, reached)
	if values, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		markReachable(registry, values, reached)
	}
	for _, property := range schema.Properties {
		markReachable(registry, property, reached)
	}
}

// fillSlices replaces the nil slices of an output by empty slices, because the OpenAPI document says that lists are
// never null.
func fillSlices(output any) { fill(reflect.ValueOf(output)) }

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() { //nolint:modernize // Fields describes each field, which costs more than all else here
			if field := v.Field(i); field.CanSet() {
				fill(field)
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	default: // other kinds contain no slices
	}
}
