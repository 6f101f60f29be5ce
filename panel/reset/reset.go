// Package reset holds the page /reset-password, on which people set a password with a reset link or request a link. The
// page is the same for everyone. Only the API, which the page's forms call, knows whose link it is and whether it is
// still valid.
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

// Path is the path of the page.
const Path = "/reset-password"

//go:embed page.html
var document string

//go:embed page.css
var style []byte

//go:embed words.js
var words []byte

//go:embed page.js
var script []byte

// policy allows the page to load its own two files and to call the API, and nothing else.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	"img-src data:",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// Page returns the page of a stack. minimum is the minimum length of a password in characters. publicURL is the URL
// where people sign in.
func Page(minimum int, publicURL string) httpapi.Page {
	styleFile := asset("css", "text/css; charset=utf-8", style)
	scriptFile := asset("js", "text/javascript; charset=utf-8", words, script)
	// html/template would make the function's binary half as large again.
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
			"Referrer-Policy":            "no-referrer", // other sites do not learn that the reader comes from this page
			"X-Frame-Options":            "DENY",
			"X-Robots-Tag":               "noindex",
		},
	}}}
}

// asset returns a file whose name changes with its content, so that browsers can cache it without limit.
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
