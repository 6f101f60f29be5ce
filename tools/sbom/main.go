// Sbom writes a list of the software that Tenantry consists of and is built with, as CycloneDX 1.6.
//
//	go run ./sbom [-root folder] [-into file]
//
// Components with the scope "required" are part of a function. Those with the scope "excluded" are only used to build,
// test or run the local stack. The same checkout gives the same list.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// document is a CycloneDX document.
type document struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

// component is one package of some software.
type component struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	URL     string `json:"purl,omitempty"`
	Scope   string `json:"scope,omitempty"`
	Hashes  []hash `json:"hashes,omitempty"`
}

// hash is a hash of a package's file, in hexadecimal.
type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// The scopes of components.
const (
	required = "required"
	excluded = "excluded"
)

func main() {
	root := flag.String("root", "..", "the folder of the project")
	into := flag.String("into", "../.local/sbom.json", "the file to write")
	flag.Parse()
	if err := run(*root, *into); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(root, into string) error {
	components, err := collect(root)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(newDocument(components), "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(into), 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(into, append(text, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Printf("%s lists %d components\n", into, len(components))
	return nil
}

// newDocument returns the document of components, each once. A component that a function contains is required, whatever
// else uses it.
func newDocument(components []component) document {
	slices.SortStableFunc(components, func(a, b component) int {
		return cmp.Or(cmp.Compare(a.URL, b.URL), -cmp.Compare(a.Scope, b.Scope))
	})
	components = slices.CompactFunc(components, func(a, b component) bool { return a.URL == b.URL })
	return document{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata:   metadata{component{Type: "application", Name: "tenantry"}},
		Components: components,
	}
}
