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

// route is an operation as huma has registered it.
type route struct {
	spec   Spec
	doc    *huma.Operation
	handle func(huma.Context)
	query  map[string]bool // the names of its query parameters
}

// hasBody tells whether the operation takes a request body.
func (r *route) hasBody() bool { return r.doc.RequestBody != nil }

// router is the huma.Adapter that keeps what is registered. http.ServeMux would not do: it answers unclean paths with
// redirects and unknown ones with texts of its own.
type router struct{ routes []*route }

// Handle keeps an operation.
func (r *router) Handle(doc *huma.Operation, handle func(huma.Context)) {
	r.routes = append(r.routes, &route{doc: doc, handle: handle})
}

// ServeHTTP is not used: functions are called with events.
func (r *router) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotImplemented)
}

// find returns the route of a request and its path parameters. Where there is one route only, as in a function, it is found
// even if the path does not fit, so that the caller is judged first; the error then tells what is wrong with the path.
func (r *router) find(q *request) (*route, map[string]string, error) {
	var failure error = fault.New(fault.NotFound, "Nothing is served at this address.")
	for _, candidate := range r.routes {
		if candidate.spec.Method != q.method {
			continue
		}
		params, err := match(candidate.spec.Path, q.path)
		if stage := "/" + q.stage; err != nil && strings.HasPrefix(q.path, stage+"/") {
			params, err = match(candidate.spec.Path, strings.TrimPrefix(q.path, stage))
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

// match compares a path with a pattern and returns the pattern's parameters, decoded. A decoded parameter that has a slash
// or an unprintable character in it cannot be the id of anything.
func match(pattern, path string) (map[string]string, error) {
	wanted, given := strings.Split(pattern, "/"), strings.Split(path, "/")
	params := map[string]string{}
	fits := len(wanted) == len(given)
	for i, escaped := range given {
		segment, err := url.PathUnescape(escaped)
		if err != nil {
			return nil, fault.New(fault.MalformedRequest, "The path has a percent sign that does not begin an escape.")
		}
		switch {
		case !fits:
		case strings.HasPrefix(wanted[i], "{"):
			params[strings.Trim(wanted[i], "{}")] = segment
			fits = segment != "" && plain(segment) && !strings.Contains(segment, "/")
		default:
			fits = segment == wanted[i]
		}
	}
	if !fits {
		return nil, fault.New(fault.NotFound, "Nothing is served at this address.")
	}
	return params, nil
}

// plain tells whether a text is valid UTF-8 without control characters.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// bySpecificity puts routes with fewer parameters first, as the gateway does.
func (r *router) bySpecificity() {
	slices.SortStableFunc(r.routes, func(a, b *route) int {
		return strings.Count(a.spec.Path, "{") - strings.Count(b.spec.Path, "{")
	})
}
