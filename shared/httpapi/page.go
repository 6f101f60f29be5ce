package httpapi

import (
	"net/http"
	"strings"
)

// Page is a web page with its files. A page is not an operation of the API.
type Page struct {
	ID    string // name of the function in its log lines
	Files []File
}

// File is one file of a page. Browsers do not cache it unless Header sets Cache-Control.
type File struct {
	Path   string
	Header map[string]string
	Body   []byte
}

// PageHandler returns the Lambda handler that serves a page. It ignores queries and credentials: everyone gets the same
// files.
func PageHandler(cfg Config, page Page) Function {
	h := newHandler(cfg)
	h.page = &page
	return h.serve
}

// serve writes the requested file.
func (p *Page) serve(x *exchange, w *response) error {
	x.route = &route{spec: Spec{ID: p.ID}}
	if x.request.method != http.MethodGet && x.request.method != http.MethodHead {
		return errNoRoute
	}
	for _, file := range p.Files {
		if !x.request.hasPath(file.Path) {
			continue
		}
		for name, value := range file.Header {
			w.header.Set(name, value)
		}
		_, err := w.Write(file.Body)
		return err
	}
	return errNoRoute
}

// hasPath reports whether the request has the path, with or without the name of the stage in front.
func (r *request) hasPath(path string) bool {
	return r.path == path || r.stage != "" && strings.TrimPrefix(r.path, "/"+r.stage) == path
}
