// Package reset holds the page /reset-password, by which people set a password from a link or ask for one. It is the same for
// everybody: whose link it is, and whether it still works, is found out by the forms' requests to the API only.
package reset

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's files
	"encoding/hex"
	"html"
	"strconv"
	"strings"

	"tenantry/shared/httpapi"
)

// Path is where the page is.
const Path = "/reset-password"

//go:embed page.html
var document string

//go:embed page.css
var style []byte

//go:embed words.js
var words []byte

//go:embed page.js
var script []byte

// policy lets the page load its own two files and call the API, and nothing else.
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:", "base-uri 'none'",
	"form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
}, "; ")

// Page returns the page of a stack: minimum is how many characters a password has at least, publicURL where people sign in.
func Page(minimum int, publicURL string) httpapi.Page {
	styleFile := asset("css", "text/css; charset=utf-8", style)
	scriptFile := asset("js", "text/javascript; charset=utf-8", words, script)
	// Not by html/template, which makes the function half as large again.
	filled := strings.NewReplacer(
		"{{style}}", html.EscapeString(styleFile.Path), "{{script}}", html.EscapeString(scriptFile.Path),
		"{{home}}", html.EscapeString(publicURL+"/"), "{{minimum}}", strconv.Itoa(minimum),
	).Replace(document)
	return httpapi.Page{ID: "getResetPage", Files: []httpapi.File{styleFile, scriptFile, {
		Path: Path, Body: []byte(filled),
		Header: map[string]string{
			"Content-Type":               "text/html; charset=utf-8",
			"Content-Security-Policy":    policy,
			"Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy":         "camera=(), geolocation=(), microphone=()",
			"Referrer-Policy":            "no-referrer", // no other site learns that somebody was here
			"X-Frame-Options":            "DENY",
			"X-Robots-Tag":               "noindex",
		},
	}}}
}

// asset returns a file whose name changes with its content, so that it may be kept for ever.
func asset(extension, contentType string, parts ...[]byte) httpapi.File {
	body := bytes.Join(parts, []byte("\n"))
	sum := sha256.Sum256(body)
	return httpapi.File{
		Path: Path + "/" + hex.EncodeToString(sum[:8]) + "." + extension, Body: body,
		Header: map[string]string{
			"Content-Type":                 contentType,
			"Cache-Control":                "public, max-age=31536000, immutable",
			"Cross-Origin-Resource-Policy": "same-origin",
		},
	}
}
