package site_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tenantry/panel/site"
	"tenantry/shared/httpapi"
)

func openPanel(t *testing.T) httpapi.Page {
	t.Helper()
	return openPanelWithStorage(t, "")
}

func openPanelWithStorage(t *testing.T, storageOrigin string) httpapi.Page {
	t.Helper()
	page, err := site.Open(fstest.MapFS{
		"bootstrap":                     {Data: []byte("binary")},
		"panel/index.html":              {Data: []byte("<!doctype html>")},
		"panel/index.html.br":           {Data: []byte("brotli")},
		"panel/index.html.gz":           {Data: []byte("gzip")},
		"panel/favicon.svg":             {Data: []byte("<svg/>")},
		"panel/assets/index-1a2b3c4.js": {Data: []byte("import()")},
	}, storageOrigin)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func file(t *testing.T, page httpapi.Page, path string) httpapi.File {
	t.Helper()
	index := slices.IndexFunc(page.Files, func(file httpapi.File) bool { return file.Path == path })
	if index < 0 {
		t.Fatalf("the page has no file %s", path)
	}
	return page.Files[index]
}

func TestPanelServesItsFilesOnly(t *testing.T) {
	page := openPanel(t)
	var paths []string
	for _, file := range page.Files {
		paths = append(paths, file.Path)
	}
	slices.Sort(paths)
	if want := []string{"/assets/index-1a2b3c4.js", "/favicon.svg", "/index.html"}; !slices.Equal(paths, want) {
		t.Errorf("got the files %q, want %q", paths, want)
	}
	document := file(t, page, "/index.html")
	if err := page.Load(&document); err != nil || string(document.Body) != "<!doctype html>" {
		t.Errorf("got the document %q, error %v", document.Body, err)
	}
	encoded := document.Encoded
	if string(encoded["br"]) != "brotli" || string(encoded["gzip"]) != "gzip" {
		t.Errorf("got the compressed forms %q of the document, want brotli and gzip", encoded)
	}
}

func TestOnlyHashedFilesAreCached(t *testing.T) {
	page := openPanel(t)
	for path, want := range map[string]string{
		"/index.html": "no-cache", "/favicon.svg": "no-cache",
		"/assets/index-1a2b3c4.js": "public, max-age=31536000, immutable",
	} {
		if got := file(t, page, path).Header["Cache-Control"]; got != want {
			t.Errorf("%s: Cache-Control is %q, want %q", path, got, want)
		}
	}
}

func TestPolicyIsStrict(t *testing.T) {
	header := file(t, openPanel(t), "/index.html").Header
	policy := header["Content-Security-Policy"]
	for _, want := range []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
	} {
		if !slices.Contains(strings.Split(policy, "; "), want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy allows too much: %s", policy)
	}
	if header["Referrer-Policy"] != "no-referrer" {
		t.Errorf("Referrer-Policy is %q, want no-referrer", header["Referrer-Policy"])
	}
}

// The panel uploads backups to the storage, which has another origin on AWS.
func TestPolicyAllowsUploadsToTheStorage(t *testing.T) {
	page := openPanelWithStorage(t, "https://backups.s3.eu-north-1.amazonaws.com")
	policy := file(t, page, "/index.html").Header["Content-Security-Policy"]
	want := "connect-src 'self' https://backups.s3.eu-north-1.amazonaws.com"
	if !slices.Contains(strings.Split(policy, "; "), want) {
		t.Errorf("the policy lacks %s: %s", want, policy)
	}
}

func TestAddressesOfThePanelShowItsDocument(t *testing.T) {
	fallback := openPanel(t).Fallback
	for _, address := range []string{"/", "/customers", "/customers/cus_1/audit", "/websites/example.com", "/assets"} {
		if got := fallback(address); got != "/index.html" {
			t.Errorf("%s: got the file %q, want the document", address, got)
		}
	}
	for _, address := range []string{"/v1", "/v1/nothing", "/assets/gone.js", "/assets/a/b", "/favicon.ico", "/.env"} {
		if got := fallback(address); got != "" {
			t.Errorf("%s: got the file %q, want none", address, got)
		}
	}
}

func TestPanelWithoutDocumentCannotBeOpened(t *testing.T) {
	if _, err := site.Open(fstest.MapFS{"panel/assets/index.js": {}}, ""); err == nil {
		t.Error("got no error for a folder without a document")
	}
}
