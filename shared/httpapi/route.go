package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/fault"
)

// errNoRoute is the fault of a request whose path or method matches no route.
var errNoRoute = fault.New(fault.NotFound, "Nothing exists at this address. Check the method and the path.")

// route is an operation that is registered with huma.
type route struct {
	spec   Spec
	doc    *huma.Operation
	handle func(huma.Context)
	query  map[string]bool // the names of the query parameters
}

// hasBody reports whether the operation takes a request body.
func (r *route) hasBody() bool { return r.doc.RequestBody != nil }

// router finds the route of a request. It is the huma.Adapter that collects the registered operations. http.ServeMux
// cannot replace it: it redirects unclean paths and answers unknown paths with plain text.
type router struct{ routes []*route }

// Handle adds the route of an operation.
func (r *router) Handle(doc *huma.Operation, handle func(huma.Context)) {
	r.routes = append(r.routes, &route{doc: doc, handle: handle})
}

// ServeHTTP exists for huma.Adapter only. Functions are called with events.
func (r *router) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotImplemented)
}

// find returns the route of a request and its path parameters. If there is only one route, as in most functions, find
// returns it even if the path does not match, so that the handler can check the caller first.
func (r *router) find(req *request) (*route, map[string]string, error) {
	for _, candidate := range r.routes {
		if candidate.spec.Method != req.method {
			continue
		}
		params, err := match(candidate.spec.Path, req.path)
		if stage := "/" + req.stage; err != nil && strings.HasPrefix(req.path, stage+"/") {
			params, err = match(candidate.spec.Path, strings.TrimPrefix(req.path, stage))
		}
		if err == nil {
			return candidate, params, nil
		}
	}
	if len(r.routes) == 1 {
		return r.routes[0], nil, errNoRoute
	}
	return nil, nil, errNoRoute
}

// match compares a path with a pattern and returns the path parameters. API Gateway has decoded the path already, except
// for "%25" (see unescapePercent), so match decodes nothing else: "a%2Fb" is the text that the caller escaped as
// "a%252Fb". A parameter with a slash or a control character does not match, because no id has these characters.
func match(pattern, path string) (map[string]string, error) {
	names, segments := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(names) != len(segments) {
		return nil, errNoRoute
	}
	params := map[string]string{}
	for i := range segments {
		segment := unescapePercent(segments[i])
		isMatch := segment == names[i]
		if strings.HasPrefix(names[i], "{") {
			params[strings.Trim(names[i], "{}")] = segment
			isMatch = segment != "" && isPrintable(segment)
		}
		if !isMatch {
			return nil, errNoRoute
		}
	}
	return params, nil
}

// unescapePercent decodes the one escape that an HTTP API leaves in rawPath: "%25", the percent sign. The function is
// harmless if the gateway decodes "%25" too, because no id contains a percent sign.
func unescapePercent(segment string) string { return strings.ReplaceAll(segment, "%25", "%") }

// isPrintable reports whether a text is valid UTF-8 without control characters.
func isPrintable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// sortBySpecificity puts routes with fewer path parameters first, as API Gateway does.
func (r *router) sortBySpecificity() {
	slices.SortStableFunc(r.routes, func(a, b *route) int {
		return strings.Count(a.spec.Path, "{") - strings.Count(b.spec.Path, "{")
	})
}
