package templatecheck

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// hashPackage is the package of the password hash.
const hashPackage = "golang.org/x/crypto/argon2"

// findHashing returns the folders of functions/ whose programs link the password hash.
func findHashing(root string) (map[string]bool, error) {
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./functions/...")
	list.Dir, list.Stderr = root, os.Stderr
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	hashing := map[string]bool{}
	for line := range strings.Lines(string(output)) {
		packages := strings.Fields(line)
		if slices.Contains(packages[1:], hashPackage) {
			hashing[path.Base(packages[0])] = true
		}
	}
	if len(hashing) == 0 {
		return nil, fmt.Errorf("no function links %s", hashPackage)
	}
	return hashing, nil
}
