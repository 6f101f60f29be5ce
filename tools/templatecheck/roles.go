package templatecheck

import "strings"

// checkRoles reports roles that differ from what `make roles` writes, permissions outside a role, and functions without
// a record.
func checkRoles(project Project, found *report) {
	roles, err := project.roles()
	if err != nil {
		for problem := range strings.SplitSeq(err.Error(), "\n") {
			subject, problem, _ := strings.Cut(problem, ": ")
			found.add("role", subject, "%s", problem)
		}
	}
	written := map[string]bool{}
	for _, r := range roles {
		written[r.id] = true
		checkRole(project.Template, r, found)
	}
	for _, other := range project.Template.ofType(roleType) {
		if !written[other.ID] {
			found.add("role", other.ID, "it belongs to no function, state machine or API")
		}
	}
	checkElsewhere(project.Template, found)
	checkRecords(project, found)
	checkPages(project, found)
	checkRareCalls(project, found)
}

// checkRole compares a role of the template with what `make roles` writes.
func checkRole(template Template, r role, found *report) {
	lines := strings.SplitAfter(template.Text, "\n")
	place, there := blocks(lines)[r.id]
	if !there {
		found.add("role", r.id, "template.yaml lacks it; run make roles")
		return
	}
	got, want := lines[place.start:place.end], strings.SplitAfter(r.text(), "\n")
	for i, line := range got {
		if line != want[i] {
			found.add(
				"role",
				r.id,
				"it has %q instead of %q; run make roles",
				strings.TrimSpace(line),
				strings.TrimSpace(want[i]),
			)
			return
		}
	}
	if len(got) < len(want)-1 {
		found.add("role", r.id, "it lacks %q; run make roles", strings.TrimSpace(want[len(got)]))
	}
}

// checkElsewhere reports permissions outside the role of a function or a state machine.
func checkElsewhere(template Template, found *report) {
	for _, kind := range []string{functionType, machineType} {
		for _, resource := range template.ofType(kind) {
			if resource.Properties["Policies"] != nil {
				found.add("role", resource.ID, "it has Policies beside its role")
			}
		}
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"} {
		for _, policy := range template.ofType(kind) {
			found.add("role", policy.ID, "a permission belongs in the role of its function, not in %s", kind)
		}
	}
}

// checkRecords reports functions that no test ran, and records of functions that do not exist.
func checkRecords(project Project, found *report) {
	operations := map[string]bool{}
	for _, f := range project.Template.functions() {
		operations[f.operation()] = true
		if _, ran := project.Calls[f.operation()]; !ran {
			found.add("role", f.ID, "no test ran it while storage calls were recorded")
		}
	}
	for operation := range project.Calls {
		if !operations[operation] {
			found.add("role", operation, "its storage calls are recorded, but no function has this name")
		}
	}
}
