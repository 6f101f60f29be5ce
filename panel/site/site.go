// Package site serves the built web panel: its document and the files that `vite build` made.
package site

import (
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"tenantry/shared/httpapi"
)

// policy returns the policy that allows the panel to load its own files, to call the API and to upload backups to the
// origin of the storage, and nothing else. The origin is empty if the storage has the panel's own.
func policy(storageOrigin string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		strings.TrimSpace("connect-src 'self' " + storageOrigin),
		"img-src 'self' data:",
		"font-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

const (
	document = "index.html"
	assets   = "assets/" // their names contain a hash of their content
)

// Open lists the files in the folder panel of a function's package; they are read when they are requested. Beside each
// file that can be compressed, the folder contains the compressed file with the extension .br or .gz. The panel may
// upload to the storage's origin, see policy. Open returns an error if the folder has no document.
func Open(root fs.FS, storageOrigin string) (httpapi.Page, error) {
	page := httpapi.Page{ID: "getPanelPage", Fallback: fallback}
	files, err := fs.Sub(root, "panel")
	if err != nil {
		return page, err
	}
	if _, err := fs.Stat(files, document); err != nil {
		return page, fmt.Errorf("read the panel's document: %w", err)
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".br" || path.Ext(name) == ".gz" {
			return err
		}
		page.Files = append(page.Files, httpapi.File{Path: "/" + name, Header: header(name, storageOrigin)})
		return nil
	})
	page.Load = func(file *httpapi.File) error { return load(files, file) }
	return page, err
}

// load reads a file and its compressed forms.
func load(files fs.FS, file *httpapi.File) (err error) {
	name := strings.TrimPrefix(file.Path, "/")
	if file.Body, err = fs.ReadFile(files, name); err != nil {
		return err
	}
	file.Encoded = map[string][]byte{}
	for encoding, extension := range map[string]string{"br": ".br", "gzip": ".gz"} {
		if compressed, err := fs.ReadFile(files, name+extension); err == nil {
			file.Encoded[encoding] = compressed
		}
	}
	return nil
}

func header(name, storageOrigin string) map[string]string {
	header := map[string]string{
		"Content-Type":                 contentType(name),
		"Cache-Control":                "no-cache",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "no-referrer",
	}
	if strings.HasPrefix(name, assets) {
		header["Cache-Control"] = "public, max-age=31536000, immutable"
	}
	if name == document {
		header["Content-Security-Policy"] = policy(storageOrigin)
		header["Cross-Origin-Opener-Policy"] = "same-origin"
		header["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
		header["X-Frame-Options"] = "DENY"
		header["X-Robots-Tag"] = "noindex"
	}
	return header
}

// contentType returns the type of a file by its extension. The types are listed here because those of package mime
// depend on the machine.
func contentType(name string) string {
	switch extension := path.Ext(name); extension {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	default:
		return mime.TypeByExtension(extension)
	}
}

// fallback returns the path of the panel's document for every address that the panel can show, or "" for addresses of
// the API and names of files. Files are below /assets/, or have a name with a dot in the first folder.
func fallback(address string) string {
	first, rest, nested := strings.Cut(strings.TrimPrefix(address, "/"), "/")
	switch {
	case first == "v1", first+"/" == assets && rest != "":
		return ""
	case !nested && strings.Contains(first, "."):
		return ""
	default:
		return "/" + document
	}
}
