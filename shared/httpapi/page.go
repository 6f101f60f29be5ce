package httpapi

import (
	"net/http"
	"strings"

	"tenantry/shared/fault"
)

// Page is a page for people, which is no operation of the API, with the files that belong to it.
type Page struct {
	ID    string // of the function, for its log lines
	Files []File
}

// File is one file of a page. Unless its header says otherwise, nobody keeps it.
type File struct {
	Path   string
	Header map[string]string
	Body   []byte
}

// PageHandler returns the Lambda handler that serves a page. It does not look at queries and credentials: whoever asks gets
// the same.
func PageHandler(cfg Config, page Page) Function {
	h := newHandler(cfg)
	h.page = &page
	return h.serve
}

// answer writes the file that was asked for.
func (p *Page) answer(x *exchange, w *response) error {
	x.route = &route{spec: Spec{ID: p.ID}}
	for _, file := range p.Files {
		if x.request.method != http.MethodGet && x.request.method != http.MethodHead || !x.request.isFor(file.Path) {
			continue
		}
		for name, value := range file.Header {
			w.header.Set(name, value)
		}
		_, err := w.Write(file.Body)
		return err
	}
	return fault.New(fault.NotFound, "Nothing is served at this address.")
}

// isFor tells whether the request's path is the wanted one, behind the stage's name or not.
func (r *request) isFor(path string) bool {
	return r.path == path || r.stage != "" && strings.TrimPrefix(r.path, "/"+r.stage) == path
}
