package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Page is a web page with its files. A page is not an operation of the API.
type Page struct {
	ID    string // name of the function in its log lines
	Files []File

	// Load reads the bodies of a file when it is first requested. It is nil if the files have their bodies.
	Load func(*File) error

	// Fallback returns the path of the file that answers an address without a file of its own, or "" if the address is
	// unknown. If it is nil, all such addresses are unknown.
	Fallback func(address string) string
}

// File is one file of a page. Browsers do not cache it unless Header sets Cache-Control.
type File struct {
	Path    string
	Header  map[string]string
	Body    []byte
	Encoded map[string][]byte // the body in other encodings, such as "br" and "gzip"
}

// encodings are the encodings of files, the smallest first.
var encodings = []string{"br", "gzip"}

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
	file := p.find(x.request)
	if file == nil {
		return errNoRoute
	}
	if file.Body == nil && p.Load != nil {
		if err := p.Load(file); err != nil {
			return err
		}
	}
	for name, value := range file.Header {
		w.header.Set(name, value)
	}
	encoding, body := file.choose(x.request.header.Values("Accept-Encoding"))
	if len(file.Encoded) > 0 {
		w.header.Set("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		w.header.Set("Content-Encoding", encoding)
	}
	tag := entityTag(body)
	w.header.Set("ETag", tag)
	if matches(x.request.header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err := w.Write(body)
	return err
}

// find returns the file that answers the request, or nil.
func (p *Page) find(r *request) *File {
	byPath := func(has func(path string) bool) *File {
		index := slices.IndexFunc(p.Files, func(file File) bool { return has(file.Path) })
		if index < 0 {
			return nil
		}
		return &p.Files[index]
	}
	if file := byPath(r.hasPath); file != nil || p.Fallback == nil {
		return file
	}
	path := p.Fallback(r.pathWithoutStage())
	return byPath(func(candidate string) bool { return candidate == path })
}

// choose returns the smallest encoding of the file that the browser accepts, and the body in this encoding. The encoding
// is "" if the browser accepts none of them.
func (f *File) choose(accepted []string) (encoding string, body []byte) {
	for _, name := range encodings {
		if encoded, found := f.Encoded[name]; found && accepts(accepted, name) {
			return name, encoded
		}
	}
	return "", f.Body
}

// accepts reports whether the values of an Accept-Encoding header name the encoding with a weight above zero (RFC 9110,
// section 12.5.3).
func accepts(values []string, encoding string) bool {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameter, weighted := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		if !weighted {
			return true
		}
		_, weight, _ := strings.Cut(parameter, "=")
		value, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return err == nil && value > 0
	}
	return false
}

// entityTag returns the ETag of a body, which differs for each encoding.
func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches reports whether an If-None-Match header contains the tag. Proxies that compress responses make tags weak.
func matches(values []string, tag string) bool {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if strings.TrimPrefix(strings.TrimSpace(item), "W/") == tag {
			return true
		}
	}
	return false
}

// hasPath reports whether the request has the path, with or without the name of the stage in front.
func (r *request) hasPath(path string) bool {
	return r.path == path || r.stage != "" && strings.TrimPrefix(r.path, "/"+r.stage) == path
}

// pathWithoutStage returns the path without the name of the stage in front.
func (r *request) pathWithoutStage() string {
	if rest, found := strings.CutPrefix(r.path, "/"+r.stage+"/"); found && r.stage != "" {
		return "/" + rest
	}
	return r.path
}
