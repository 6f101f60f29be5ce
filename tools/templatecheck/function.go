package templatecheck

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// function is a Lambda function of the template, with the defaults of Globals.
type function struct {
	Resource
	stem   string // its name without the suffix, such as CreateCustomer
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

	// The greedy routes. The local emulator ranks a greedy route correctly only if its variable has the name proxy.
	allPaths = "/{proxy+}"
	apiPaths = "/v1/{proxy+}"
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

// folder returns the name of the function's folder, such as create-customer.
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

// operation returns the function's name in the API document and in log lines, such as createCustomer.
func (f function) operation() string {
	if f.stem == "" {
		return ""
	}
	return strings.ToLower(f.stem[:1]) + f.stem[1:]
}

func (f function) role() string { return f.stem + roleSuffix }

// routes returns the routes of the function, which its Metadata names: "POST /v1/sessions". The route for unknown paths
// is $default. They are not events, because the SAM transform makes a permission of each (ADR 50).
func (f function) routes() []Route {
	var routes []Route
	for _, entry := range list(at(f.Attributes, "Metadata", "Routes")) {
		text, _ := entry.(string)
		method, path, isPath := strings.Cut(text, " ")
		if !isPath {
			method, path = "", text
		}
		routes = append(routes, Route{Method: method, Path: path})
	}
	return routes
}

// answersUnknownPaths reports whether the function has the route $default.
func (f function) answersUnknownPaths() bool {
	return slices.ContainsFunc(f.routes(), func(route Route) bool { return route.Path == defaultRoute })
}

// isPage reports whether the function serves a page for people: it has a route outside /v1/.
func (f function) isPage() bool {
	for _, route := range f.routes() {
		if route.Path != defaultRoute && !strings.HasPrefix(route.Path, "/v1/") {
			return true
		}
	}
	return false
}

// stemOf returns a folder's name as the template spells it, such as CreateCustomer.
func stemOf(folder string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(folder, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
