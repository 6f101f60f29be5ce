package api_test

import (
	"reflect"
	"strings"
	"testing"

	"tenantry/shared/api"
)

// TestAllReturnsEachMethod compares All with the methods of Operations: each operation has the id that its method
// names, and no two have one route. httpapi.Document panics if two operations have one id.
func TestAllReturnsEachMethod(t *testing.T) {
	all, methods := api.All(), reflect.TypeFor[api.Operations]()
	if len(all) == 0 || len(all) != methods.NumMethod() {
		t.Fatalf("%d operations of %d methods", len(all), methods.NumMethod())
	}
	routes := map[string]string{}
	for i, operation := range all {
		if name := methods.Method(i).Name; !strings.EqualFold(operation.ID, name) {
			t.Errorf("method %s returns the operation %s", name, operation.ID)
		}
		route := operation.Method + " " + operation.Path
		if other := routes[route]; other != "" {
			t.Errorf("%s and %s have the route %s", other, operation.ID, route)
		}
		routes[route] = operation.ID
	}
	if documented := len(api.Document().Paths); documented == 0 {
		t.Error("the document has no path")
	}
}
