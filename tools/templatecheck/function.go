package templatecheck

import (
	"maps"
	"strings"
	"unicode"
)

// function is a Lambda function of the template with the defaults of Globals filled in.
type function struct {
	Resource
	stem   string // its mechanical name without the suffix: CreateCustomer
	events map[string]event
}

// event is one entry of a function's Events.
type event struct {
	name       string
	kind       string // HttpApi, DynamoDB …
	properties map[string]any
}

const (
	functionType   = "AWS::Serverless::Function"
	functionSuffix = "Function"
	roleSuffix     = "Role"
	defaultRoute   = "$default"
)

func (t Template) functions() []function {
	defaults := fieldsAt(t.Globals, "Function")
	var found []function
	for _, resource := range t.ofType(functionType) {
		properties := maps.Clone(defaults)
		if properties == nil {
			properties = map[string]any{}
		}
		maps.Copy(properties, resource.Properties)
		resource.Properties = properties

		events := map[string]event{}
		for name, value := range fieldsAt(properties, "Events") {
			events[name] = event{name: name, kind: textAt(value, "Type"), properties: fieldsAt(value, "Properties")}
		}
		found = append(found, function{
			Resource: resource, stem: strings.TrimSuffix(resource.ID, functionSuffix), events: events,
		})
	}
	return found
}

// folder returns the stem as its folder spells it: create-customer.
func (f function) folder() string {
	var b strings.Builder
	for i, r := range f.stem {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// operation returns the stem as operationId and log lines spell it: createCustomer.
func (f function) operation() string {
	if f.stem == "" {
		return ""
	}
	return strings.ToLower(f.stem[:1]) + f.stem[1:]
}

func (f function) role() string { return f.stem + roleSuffix }

// routes returns the routes that the function serves. The one that takes what no other takes has the path $default.
func (f function) routes() []Route {
	var routes []Route
	for _, event := range f.events {
		if event.kind != "HttpApi" {
			continue
		}
		path := strings.TrimPrefix(textAt(event.properties, "Path"), "/")
		if path == "" || path == defaultRoute {
			routes = append(routes, Route{Path: defaultRoute})
			continue
		}
		routes = append(routes, Route{Method: strings.ToUpper(textAt(event.properties, "Method")), Path: "/" + path})
	}
	return routes
}

// isPage tells whether the function serves a page for people: one of its routes leads outside the API.
func (f function) isPage() bool {
	for _, route := range f.routes() {
		if route.Path != defaultRoute && !strings.HasPrefix(route.Path, "/v1/") {
			return true
		}
	}
	return false
}

// stemOf returns how the folder's name is spelt in the template: CreateCustomer.
func stemOf(folder string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(folder, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
