package command

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenantry/local/lambda"
	"tenantry/local/state"
)

// While a stack deploys, its functions still run the code of the earlier deployment.
func TestCodeOfTheEarlierDeploymentIsKept(t *testing.T) {
	s := &Stack{Dir: state.Dir(t.TempDir())}
	for _, name := range []string{"get-1", "get-2", "get-3", "list-1", "list-2.next"} {
		if err := os.MkdirAll(s.Dir.Data("code", name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	deployment := func(names ...string) (d state.Deployed) {
		for _, name := range names {
			d.Functions = append(d.Functions, lambda.Function{Folder: s.Dir.Data("code", name)})
		}
		return d
	}
	for _, c := range []struct {
		earlier, deployed state.Deployed
		want              []string
	}{
		{deployment(), deployment("get-2", "list-1"), []string{"get-1", "get-2", "get-3", "list-1", "list-2.next"}},
		{deployment("get-2", "list-1"), deployment("get-3", "list-1"), []string{"get-2", "get-3", "list-1"}},
		{deployment("get-3", "list-1"), deployment("get-3", "list-1"), []string{"get-3", "list-1"}},
	} {
		if err := s.deleteOldCode(c.earlier, c.deployed); err != nil {
			t.Fatal(err)
		}
		paths, err := filepath.Glob(s.Dir.Data("code", "*"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, path := range paths {
			names = append(names, filepath.Base(path))
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("the folders %q are left, want %q", names, c.want)
		}
	}
}
