// Roles writes the roles in template.yaml. A function's role allows the calls in docs/storage-calls.json and what the
// function's events need. A state machine's role allows invoking its functions. The command does not change the rest of
// the template.
//
//	go run ./roles [project folder]
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"tenantry/tools/templatecheck"
)

func main() {
	root := ".."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := run(root); err != nil {
		fmt.Fprintln(os.Stderr, "roles:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	project, err := templatecheck.Load(root)
	if err != nil {
		return err
	}
	text, err := templatecheck.WriteRoles(project)
	if err != nil || text == project.Template.Text {
		return err
	}
	return os.WriteFile(
		filepath.Join(root, "template.yaml"),
		[]byte(text),
		0o644,
	) //nolint:gosec // a file of the repository, for everyone to read
}
