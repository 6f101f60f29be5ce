// Openapi generates the OpenAPI document, docs/openapi.yaml and docs/openapi.json, from the operations of the API.
//
//	go run . [-check] docs-folder
//
// With -check it writes nothing, and exits with status 1 if a file is out of date.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tenantry/shared/api"
)

func main() {
	check := flag.Bool("check", false, "write nothing; exit with status 1 if a file is out of date")
	flag.Parse()
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(folder string, check bool) error {
	document := api.Document()
	compact, err := document.MarshalJSON()
	if err != nil {
		return err
	}
	var readable bytes.Buffer
	if err := json.Indent(&readable, compact, "", "  "); err != nil {
		return err
	}
	readable.WriteByte('\n')
	yaml, err := document.YAML()
	if err != nil {
		return err
	}
	files := map[string][]byte{"openapi.json": readable.Bytes(), "openapi.yaml": yaml}
	for name, text := range files {
		path := filepath.Join(folder, name)
		if !check {
			if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // a file of the repository, readable by all
				return err
			}
			continue
		}
		if current, err := os.ReadFile(path); err != nil || !bytes.Equal(current, text) {
			return fmt.Errorf("docs/%s is out of date: run `make openapi`", name)
		}
	}
	return nil
}
