package httpapi

import (
	"net/http"
	"net/url"
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
// returns it even if the path does not match, so that the handler can check the caller first. The error then says what
// is wrong with the path.
func (r *router) find(req *request) (*route, map[string]string, error) {
	var failure error = errNoRoute
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
		if fault.Is(err, fault.MalformedRequest) {
			failure = err
		}
	}
	if len(r.routes) == 1 {
		return r.routes[0], nil, failure
	}
	return nil, nil, failure
}

// match compares a path with a pattern and returns the decoded path parameters. A parameter with a slash or a control
// character does not match, because no id has these characters.
func match(pattern, path string) (map[string]string, error) {
	names, segments := strings.Split(pattern, "/"), strings.Split(path, "/")
	params := map[string]string{}
	matches := len(names) == len(segments)
	for i, escaped := range segments {
		segment, err := url.PathUnescape(escaped)
		if err != nil {
			return nil, fault.New(
				fault.MalformedRequest,
				"The path has a percent sign that does not start an escape such as %%20.",
			)
		}
		switch {
		case !matches:
		case strings.HasPrefix(names[i], "{"):
			params[strings.Trim(names[i], "{}")] = segment
			matches = segment != "" && isPrintable(segment) && !strings.Contains(segment, "/")
		default:
			matches = segment == names[i]
		}
	}
	if !matches {
		return nil, errNoRoute
	}
	return params, nil
}

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
