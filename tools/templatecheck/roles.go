package templatecheck

import (
	"maps"
	"slices"
	"strings"
)

const (
	roleType     = "AWS::IAM::Role"
	tableType    = "AWS::DynamoDB::Table"
	logGroupType = "AWS::Logs::LogGroup"
)

// checkRoles reports roles that allow more or less than their function does.
func checkRoles(project Project, found *report) {
	template := project.Template
	owners := map[string]bool{}
	for _, f := range template.functions() {
		owners[f.role()] = true
		if f.Properties["Policies"] != nil {
			found.add("role", f.ID, "Policies belongs in %s, where this check reads it", f.role())
		}
		if role, there := template.Resources[f.role()]; there {
			checkTrust(role, "lambda.amazonaws.com", found)
			checkExactness(project, f, role, found)
		}
	}
	for _, role := range template.ofType(roleType) {
		checkRole(template, role, found)
		if !owners[role.ID] && !usedBesideFunctions(template, role.ID) {
			found.add("role", role.ID, "nothing uses it")
		}
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"} {
		for _, policy := range template.ofType(kind) {
			found.add("role", policy.ID, "a permission belongs in the role of its function, not in %s", kind)
		}
	}
	checkRecords(project, found)
}

// checkRole holds any role, a function's or not, to the rules that know no exception.
func checkRole(template Template, role Resource, found *report) {
	if role.Properties["ManagedPolicyArns"] != nil {
		found.add("role", role.ID, "ManagedPolicyArns allows more than anybody recorded")
	}
	for _, statement := range statements(role) {
		if textAt(statement, "Effect") != "Allow" || at(statement, "NotAction") != nil || at(statement, "NotResource") != nil {
			found.add("role", role.ID, "a statement says something else than Effect: Allow with Action and Resource")
		}
		if len(list(at(statement, "Resource"))) == 0 {
			found.add("role", role.ID, "a statement names no Resource")
		}
		for _, resource := range list(at(statement, "Resource")) {
			if wildcard(template, resource) {
				found.add("role", role.ID, "resource %s has a wildcard", template.nameOf(resource))
			}
		}
	}
	for p := range permissions(template, role) {
		if strings.ContainsAny(p.action, "*?") {
			found.add("role", role.ID, "action %s has a wildcard", p.action)
		}
		if strings.EqualFold(p.action, "dynamodb:Scan") || strings.HasPrefix(strings.ToLower(p.action), "dynamodb:partiql") {
			found.add("role", role.ID, "%s reads past every key", p.action)
		}
	}
}

func checkTrust(role Resource, service string, found *report) {
	statements := list(at(role.Properties, "AssumeRolePolicyDocument", "Statement"))
	if len(statements) != 1 ||
		!slices.Equal(list(at(statements[0], "Principal", "Service")), []any{service}) ||
		!slices.Equal(list(at(statements[0], "Action")), []any{"sts:AssumeRole"}) ||
		len(fieldsAt(statements[0], "Principal")) != 1 {
		found.add("role", role.ID, "AssumeRolePolicyDocument lets others than %s take it on", service)
	}
}

// checkExactness compares what the role allows with what its function does.
func checkExactness(project Project, f function, role Resource, found *report) {
	allowed := permissions(project.Template, role)
	needed := neededBy(project, f)
	for _, p := range sorted(allowed) {
		if _, used := needed[p]; !used {
			found.add("role", role.ID, "it allows %s, which no test made %s do", p, f.operation())
		}
	}
	for _, p := range sorted(needed) {
		if _, there := allowed[p]; !there {
			found.add("role", role.ID, "it lacks %s: %s", p, needed[p])
		}
	}
}

// checkRecords reports functions that no test ran, and recorded calls that no role can answer for.
func checkRecords(project Project, found *report) {
	operations := map[string]bool{}
	for _, f := range project.Template.functions() {
		operations[f.operation()] = true
		if _, ran := project.Calls[f.operation()]; !ran {
			found.add("role", f.ID, "no test ran it while storage calls were recorded")
		}
	}
	names := map[string]bool{}
	for _, table := range project.Template.ofType(tableType) {
		maps.Copy(names, indexes(table))
	}
	for operation, calls := range project.Calls {
		if !operations[operation] {
			found.add("role", operation, "its storage calls are recorded, but no function has this name")
		}
		for _, call := range calls {
			index, isIndex := strings.CutPrefix(callOf(call).resource, indexPrefix)
			if isIndex && !names[index] {
				found.add("role", operation, "it was recorded using the index %s, which no table has", index)
			}
			if callOf(call).action == "dynamodb:Scan" {
				found.add("role", operation, "it was recorded scanning")
			}
		}
	}
}

// usedBesideFunctions tells whether anything but a function names the role: a schedule, a state machine, an event.
func usedBesideFunctions(template Template, role string) bool {
	for _, resource := range template.Resources {
		properties := resource.Properties
		if resource.Type == functionType {
			properties = fieldsAt(properties, "Events")
		}
		if resource.ID != role && holds(properties, role) {
			return true
		}
	}
	return false
}
