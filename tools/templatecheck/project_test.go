package templatecheck

import "testing"

// TestProject holds the project itself against the rules.
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
