package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"

	"tenantry/shared/access"
)

type thing struct {
	Name string `json:"name"`
}

type thingInput struct{ Body thing }

type thingOutput struct{ Body struct{ Thing thing } }

type thingEcho struct{ Body thing }

func newThingOperation() Endpoint {
	return New(Spec{ID: "createThing", Method: http.MethodPost, Path: "/v1/things", Callers: access.OnlyAdmin},
		func(context.Context, Call, *thingInput) (*thingOutput, error) { return nil, nil })
}

// The schemas of responses and problems belong to the document. A function that builds them starts later.
func TestServedOperationHasOnlyItsRequestSchema(t *testing.T) {
	api := new(router).register([]Endpoint{newThingOperation()})
	names := slices.Sorted(maps.Keys(api.OpenAPI().Components.Schemas.Map()))
	if want := []string{"Thing"}; !slices.Equal(names, want) {
		t.Errorf("the served operation has the schemas %q, want %q", names, want)
	}
	if paths := api.OpenAPI().Paths; len(paths) > 0 {
		t.Errorf("the served operation is documented: %v", paths)
	}
	names = slices.Sorted(maps.Keys(Document([]Endpoint{newThingOperation()}).Components.Schemas.Map()))
	if want := []string{"Field", "Problem", "Thing", "ThingOutputBody"}; !slices.Equal(names, want) {
		t.Errorf("the document has the schemas %q, want %q", names, want)
	}
}

// The served schema of such a request would check nothing.
func TestOperationNeedsTwoBodyTypes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an operation with one type for its requests and responses was accepted")
		}
	}()
	New(Spec{ID: "echoThing", Method: http.MethodPost, Path: "/v1/things", Callers: access.OnlyAdmin},
		func(context.Context, Call, *thingInput) (*thingEcho, error) { return nil, nil })
}
