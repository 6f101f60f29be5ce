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
		t.Fatalf("the page %s has %d files", page.ID, len(page.Files))
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

func TestTheDocumentNamesItsFiles(t *testing.T) {
	document, style, script := files(t)
	for _, wanted := range []string{
		`<link rel="stylesheet" href="` + style.Path + `">`, `<script src="` + script.Path + `" defer>`, `data-minimum="15"`, `href="https://panel.example/"`,
	} {
		if !strings.Contains(string(document.Body), wanted) {
			t.Errorf("the document lacks %s:\n%s", wanted, document.Body)
		}
	}
	if strings.Contains(string(document.Body), "{{") {
		t.Errorf("a place is not filled:\n%s", document.Body)
	}
	for _, file := range []httpapi.File{style, script} {
		if !regexp.MustCompile(`^/reset-password/[0-9a-f]{16}\.(css|js)$`).MatchString(file.Path) {
			t.Errorf("a file is called %s", file.Path)
		}
		if file.Header["Cache-Control"] != "public, max-age=31536000, immutable" {
			t.Errorf("%s is kept %q", file.Path, file.Header["Cache-Control"])
		}
	}
}

func TestThePolicyIsStrict(t *testing.T) {
	document, _, _ := files(t)
	policy := document.Header["Content-Security-Policy"]
	for _, wanted := range []string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
		"frame-ancestors 'none'", "require-trusted-types-for 'script'",
	} {
		if !slices.Contains(strings.Split(policy, "; "), wanted) {
			t.Errorf("the policy lacks %s: %s", wanted, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy is lax: %s", policy)
	}
	if document.Header["Referrer-Policy"] != "no-referrer" {
		t.Errorf("the referrer is %q", document.Header["Referrer-Policy"])
	}
	if document.Header["Cache-Control"] != "" {
		t.Errorf("the document is kept %q", document.Header["Cache-Control"])
	}
}

// What the policy would stop is not there in the first place, and nothing comes from elsewhere.
func TestNothingComesFromElsewhere(t *testing.T) {
	document, style, script := files(t)
	for _, file := range []httpapi.File{document, style, script} {
		text := strings.ReplaceAll(string(file.Body), "https://panel.example/", "")
		for _, bad := range []string{"//cdn", "http:", "https:", "style=", "onclick", "javascript:", "innerHTML", "eval(", "localStorage", "sessionStorage", "@import"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", file.Path, bad)
			}
		}
	}
}

func TestThePageIsSmall(t *testing.T) {
	document, style, script := files(t)
	if total := len(document.Body) + len(style.Body) + len(script.Body); total > 24_000 {
		t.Errorf("it has %d bytes", total)
	}
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	text, err := os.ReadFile("words.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n  en: {")
	english, german, found := strings.Cut(rest, "\n  de: {")
	if !found {
		t.Fatal("there are no two languages")
	}
	name := regexp.MustCompile(`(?m)^    '?([a-z.-]+)'?: '(.*)',$`)
	names := func(words string) (all []string) {
		for _, one := range name.FindAllStringSubmatch(words, -1) {
			numbered := ""
			if strings.Contains(one[2], "{n}") {
				numbered = " {n}"
			}
			all = append(all, one[1]+numbered)
		}
		return all
	}
	if en, de := names(english), names(german); len(en) < 30 || !slices.Equal(en, de) {
		t.Errorf("English has %q\nGerman has %q", en, de)
	}
	document, _, script := files(t)
	for _, asked := range regexp.MustCompile(`(?:data-say="|say\(')([a-z.-]+)["']`).FindAllStringSubmatch(string(document.Body)+string(script.Body), -1) {
		if !strings.Contains(english, asked[1]) {
			t.Errorf("there are no words for %q", asked[1])
		}
	}
}
