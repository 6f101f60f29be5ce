package templatecheck

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Finding is one violation of a rule.
type Finding struct {
	Rule    string // one of the names in the package's documentation
	Subject string // the folder, logical id or operation
	Problem string
}

func (f Finding) String() string { return f.Rule + ": " + f.Subject + ": " + f.Problem }

// report collects findings.
type report struct{ findings []Finding }

func (r *report) add(rule, subject, format string, args ...any) {
	r.findings = append(r.findings, Finding{Rule: rule, Subject: subject, Problem: fmt.Sprintf(format, args...)})
}

// Check applies every rule to the project and returns the findings, sorted.
func Check(project Project) []Finding {
	var found report
	checkNames(project, &found)
	checkRoles(project, &found)
	checkAPIs(project, &found)
	checkSettings(project, &found)
	checkEvents(project.Template, &found)
	checkMachines(project, &found)
	checkGradual(project.Template, &found)
	stacks := map[string]Template{"template.yaml": project.Template}
	maps.Copy(stacks, project.Stacks)
	for path, template := range stacks {
		checkTables(template, &found)
		checkBuckets(template, &found)
		checkCount(path, template, &found)
		checkPhysicalNames(template, &found)
	}
	checkStacks(project, &found)
	checkAlarms(project, &found)
	checkWatched(project, &found)
	slices.SortFunc(found.findings, func(a, b Finding) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(found.findings) // two machines with one definition have the same findings about it
}
