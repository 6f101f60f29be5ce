package apigateway

import "strings"

// defaultPath is the path of the route that takes all requests without a route of their own.
const defaultPath = "$default"

// Route says which function serves a path. Its JSON is part of the output of deploy.py.
type Route struct {
	Method   string `json:"method"` // or ANY
	Path     string `json:"path"`   // such as /v1/customers/{customerId}, or $default
	Function string `json:"function"`
}

// key returns the route key, such as "GET /v1/customers".
func (r *Route) key() string {
	if r.Path == defaultPath {
		return defaultPath
	}
	return r.Method + " " + r.Path
}

// match returns the route of a request, or nil, and the parameters of its path. A route with fewer parameters comes
// before one with more, a method before ANY, and the default route comes last (AWS: Develop routes for HTTP APIs).
func match(routes []Route, method, path string) (best *Route, params map[string]string) {
	bestRank := 0
	for i := range routes {
		route := &routes[i]
		if route.Method != method && route.Method != "ANY" && route.Path != defaultPath {
			continue
		}
		found, matches := route.match(path)
		if rank := route.rank(); matches && rank > bestRank {
			best, params, bestRank = route, found, rank
		}
	}
	return best, params
}

// rank orders routes that match the same request. It is at least 1.
func (r *Route) rank() int {
	if r.Path == defaultPath {
		return 1
	}
	const mostParameters = 100
	rank := 2 * (mostParameters - strings.Count(r.Path, "{"))
	if strings.Contains(r.Path, "+}") {
		rank -= mostParameters
	}
	if r.Method != "ANY" {
		rank++
	}
	return rank
}

// match reports whether the route's path fits, and returns the parameters.
func (r *Route) match(path string) (params map[string]string, fits bool) {
	if r.Path == defaultPath {
		return nil, true
	}
	pattern, segments := strings.Split(r.Path, "/"), strings.Split(path, "/")
	for i, want := range pattern {
		name, isParameter := parameter(want)
		switch {
		case i >= len(segments), isParameter && segments[i] == "", !isParameter && segments[i] != want:
			return nil, false
		case !isParameter:
			continue
		case params == nil:
			params = map[string]string{}
		}
		if rest, isGreedy := strings.CutSuffix(name, "+"); isGreedy {
			params[rest] = strings.Join(segments[i:], "/")
			return params, true
		}
		params[name] = segments[i]
	}
	return params, len(segments) == len(pattern)
}

// parameter returns the name in a segment such as {customerId}.
func parameter(segment string) (name string, found bool) {
	inner, opened := strings.CutPrefix(segment, "{")
	name, closed := strings.CutSuffix(inner, "}")
	return name, opened && closed
}
