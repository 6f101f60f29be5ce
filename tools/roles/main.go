// Roles writes the roles of template.yaml in place: what each function was recorded doing (docs/storage-calls.json), what its
// events need, and what each state machine invokes. All else in the template stays as it is.
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
	return os.WriteFile(filepath.Join(root, "template.yaml"), []byte(text), 0o644) //nolint:gosec // a file of the repository, for everyone to read
}
