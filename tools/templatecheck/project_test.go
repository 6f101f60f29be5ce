package templatecheck

import "testing"

// TestProject checks the project itself. Run it with -count=1: Go's cache of test results ignores files outside the
// module.
func TestProject(t *testing.T) {
	project, err := Load("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range Check(project) {
		t.Error(finding)
	}
	unused := &report{}
	t.Logf("%d functions, %d operations, %d of %d resources",
		len(project.Template.functions()), len(project.Operations), countResources(project.Template, unused), MaxResources)
}
