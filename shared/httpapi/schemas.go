package httpapi

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var problemType = reflect.TypeFor[Problem]()

// openAnswers lets answers gain fields without a new document version: only what callers send is closed against unknown
// fields.
func openAnswers(doc *huma.OpenAPI) {
	closed := map[string]bool{}
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Put, path.Post, path.Delete, path.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				reach(doc.Components.Schemas, media.Schema, closed)
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		if !closed[name] && schema.AdditionalProperties == false {
			schema.AdditionalProperties = nil
		}
	}
}

// reach marks the names of all schemas that a schema leads to.
func reach(registry huma.Registry, schema *huma.Schema, reached map[string]bool) {
	if schema == nil {
		return
	}
	if schema.Ref != "" {
		name := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
		if reached[name] {
			return
		}
		reached[name] = true
		reach(registry, registry.SchemaFromRef(schema.Ref), reached)
		return
	}
	reach(registry, schema.Items, reached)
	if rest, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		reach(registry, rest, reached)
	}
	for _, property := range schema.Properties {
		reach(registry, property, reached)
	}
}

// fillSlices makes the nil slices of an answer empty, since the document says that they are never null.
func fillSlices(answer any) { fill(reflect.ValueOf(answer)) }

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	default: // holds no slice
	}
}
