// Openapi writes the API's document, docs/openapi.yaml and docs/openapi.json, from its operations.
//
//	go run . [-check] docs-folder
//
// With -check nothing is written: a file that differs is named and ends with status 1.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tenantry/shared/api"
	"tenantry/shared/httpapi"
)

func main() {
	check := flag.Bool("check", false, "write nothing; end with status 1 when a file differs")
	flag.Parse()
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(folder string, check bool) error {
	document := httpapi.Document(api.All())
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
			if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // a file of the repository, for everyone to read
				return err
			}
			continue
		}
		if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, text) {
			return fmt.Errorf("docs/%s is not what the operations say; run make openapi", name)
		}
	}
	return nil
}
