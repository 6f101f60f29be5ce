package reset_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/panel/reset"
	"tenantry/shared/httpapi"
)

func files(t *testing.T) (document, style, script httpapi.File) {
	t.Helper()
	page := reset.Page(15, "https://panel.example")
	if page.ID != "getResetPage" || len(page.Files) != 3 {
		t.Fatalf("got the page %s with %d files, want getResetPage with 3", page.ID, len(page.Files))
	}
	for _, file := range page.Files {
		switch {
		case file.Path == "/reset-password":
			document = file
		case strings.HasSuffix(file.Path, ".css"):
			style = file
		case strings.HasSuffix(file.Path, ".js"):
			script = file
		}
	}
	return document, style, script
}

func TestDocumentLinksItsFiles(t *testing.T) {
	document, style, script := files(t)
	for _, want := range []string{
		`<link rel="stylesheet" href="` + style.Path + `">`, `<script src="` + script.Path + `" defer>`, `data-minimum="15"`, `href="https://panel.example/"`,
	} {
		if !strings.Contains(string(document.Body), want) {
			t.Errorf("the document lacks %s:\n%s", want, document.Body)
		}
	}
	if strings.Contains(string(document.Body), "{{") {
		t.Errorf("a placeholder is not filled:\n%s", document.Body)
	}
	for _, file := range []httpapi.File{style, script} {
		if !regexp.MustCompile(`^/reset-password/[0-9a-f]{16}\.(css|js)$`).MatchString(file.Path) {
			t.Errorf("the path %s has no hash of the content", file.Path)
		}
		if file.Header["Cache-Control"] != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control is %q, want immutable", file.Path, file.Header["Cache-Control"])
		}
	}
}

func TestPolicyIsStrict(t *testing.T) {
	document, _, _ := files(t)
	policy := document.Header["Content-Security-Policy"]
	for _, want := range []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
		"frame-ancestors 'none'", "require-trusted-types-for 'script'",
	} {
		if !slices.Contains(strings.Split(policy, "; "), want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy allows too much: %s", policy)
	}
	if document.Header["Referrer-Policy"] != "no-referrer" {
		t.Errorf("Referrer-Policy is %q, want no-referrer", document.Header["Referrer-Policy"])
	}
	if document.Header["Cache-Control"] != "" {
		t.Errorf("Cache-Control of the document is %q, want the default no-store", document.Header["Cache-Control"])
	}
}

// The files contain nothing that the policy would block, and load nothing from other servers.
func TestFilesLoadNothingFromOtherServers(t *testing.T) {
	document, style, script := files(t)
	for _, file := range []httpapi.File{document, style, script} {
		text := strings.ReplaceAll(string(file.Body), "https://panel.example/", "")
		for _, bad := range []string{"//cdn", "http:", "https:", "style=", "onclick", "javascript:", "innerHTML", "eval(", "localStorage", "sessionStorage", "@import"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s contains %q", file.Path, bad)
			}
		}
	}
}

func TestPageIsSmall(t *testing.T) {
	document, style, script := files(t)
	if total := len(document.Body) + len(style.Body) + len(script.Body); total > 24_000 {
		t.Errorf("the page has %d bytes, want at most 24,000", total)
	}
}

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	text, err := os.ReadFile("words.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n  en: {")
	english, german, found := strings.Cut(rest, "\n  de: {")
	if !found {
		t.Fatal("words.js does not have two languages")
	}
	name := regexp.MustCompile(`(?m)^    '?([a-z.-]+)'?: '(.*)',$`)
	names := func(words string) (all []string) {
		for _, match := range name.FindAllStringSubmatch(words, -1) {
			placeholder := ""
			if strings.Contains(match[2], "{n}") {
				placeholder = " {n}"
			}
			all = append(all, match[1]+placeholder)
		}
		return all
	}
	if en, de := names(english), names(german); len(en) < 30 || !slices.Equal(en, de) {
		t.Errorf("the languages differ\nEnglish: %q\nGerman: %q", en, de)
	}
	document, _, script := files(t)
	used := regexp.MustCompile(`(?:data-text="|text\(')([a-z.-]+)["']`).
		FindAllStringSubmatch(string(document.Body)+string(script.Body), -1)
	if len(used) < 10 {
		t.Errorf("the page uses %d texts, want at least 10", len(used))
	}
	for _, match := range used {
		if !strings.Contains(english, match[1]) {
			t.Errorf("the text %q is missing", match[1])
		}
	}
}
