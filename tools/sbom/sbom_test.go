package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNodePackages(t *testing.T) {
	found, err := nodePackages([]byte(`{"packages": {"": {"name": "tests"},
		"node_modules/a/node_modules/@b/c": {"version": "1.2.3", "integrity": "sha512-AAEC"}}}`))
	if err != nil || len(found) != 1 {
		t.Fatalf("got %+v, %v; want one package", found, err)
	}
	c := found[0]
	if c.Name != "@b/c" || c.URL != "pkg:npm/%40b/c@1.2.3" || c.Scope != excluded || c.Hashes[0].Content != "000102" {
		t.Errorf("got %+v, want @b/c 1.2.3 with its hash", c)
	}
	if _, err := nodePackages([]byte("{")); err == nil {
		t.Error("no error for a damaged file")
	}
}

func TestPackagesOfThePanelAreRequired(t *testing.T) {
	found, err := nodePackages([]byte(`{"name": "tenantry-panel", "packages": {"node_modules/react": {"version": "1.0.0"},
		"node_modules/vite": {"version": "2.0.0", "dev": true}}}`))
	scopes := map[string]string{}
	for _, c := range found {
		scopes[c.Name] = c.Scope
	}
	if err != nil || scopes["react"] != required || scopes["vite"] != excluded {
		t.Errorf("got %v, %v; want react required and vite excluded", scopes, err)
	}
}

func TestPythonPackages(t *testing.T) {
	found, err := pythonPackages(
		[]byte("# a comment\nPyYAML==6.0.2 \\\n    --hash=sha256:12\nuvicorn[standard]==0.30.1 ; python_version > '3'\n"),
	)
	var urls []string
	for _, c := range found {
		urls = append(urls, c.URL)
	}
	if want := []string{"pkg:pypi/pyyaml@6.0.2", "pkg:pypi/uvicorn@0.30.1"}; err != nil || !slices.Equal(urls, want) {
		t.Errorf("got %q, %v; want %q", urls, err, want)
	}
}

// A component that a function contains is required, also if a tool uses it too.
func TestDocumentHasEachComponentOnce(t *testing.T) {
	tool, function := goComponent("example.com/b", "v1.0.0", excluded), goComponent("example.com/b", "v1.0.0", required)
	other := goComponent("example.com/a", "v1.0.0+incompatible", excluded)
	got := newDocument([]component{tool, other, function}).Components
	if len(got) != 2 || got[0].URL != "pkg:golang/example.com/a@v1.0.0%2Bincompatible" || got[1].Scope != required {
		t.Errorf("got %+v, want a and the required b", got)
	}
}

// The list of the project has what the functions and the node agent contain and what each lock file pins.
func TestListOfProject(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "sbom.json")
	if err := run("../..", file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list document
	if err := json.Unmarshal(text, &list); err != nil || list.Format != "CycloneDX" {
		t.Fatalf("got the format %q, %v", list.Format, err)
	}
	scopes := map[string]string{}
	for _, c := range list.Components {
		url, _, _ := strings.Cut(c.URL[strings.Index(c.URL, ":")+1:], "@")
		scopes[url] = c.Scope
	}
	for url, want := range map[string]string{
		"golang/std": required, "golang/github.com/aws/aws-lambda-go": required, "golang/golang.org/x/crypto": required,
		"golang/go.etcd.io/bbolt": required,
		"npm/playwright-core":     excluded, "npm/react": required, "pypi/cfn-lint": excluded,
	} {
		if scopes[url] != want {
			t.Errorf("%s has the scope %q, want %q", url, scopes[url], want)
		}
	}
}
