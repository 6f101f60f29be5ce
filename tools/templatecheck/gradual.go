package templatecheck

import "strings"

// orderVariable is the environment variable by which all functions follow the canaries in a deployment (ADR 51).
const orderVariable = "AFTER"

// checkGradual reports functions that would be updated beside the canaries instead of after them. The canaries are the
// functions with a DeploymentPreference.
func checkGradual(template Template, found *report) {
	after := at(template.Globals, "Function", "Environment", "Variables", orderVariable)
	for _, f := range template.functions() {
		own, isOwn := fieldsAt(template.Resources[f.ID].Properties, "Environment", "Variables")[orderVariable]
		if f.Properties["DeploymentPreference"] == nil {
			if isOwn {
				found.add("gradual", f.ID, "it has its own variable %s, so it would not follow the canaries", orderVariable)
			}
			continue
		}
		if own != "" {
			found.add(
				"gradual",
				f.ID,
				"it is a canary, and its variable %s is not empty, so it would wait for itself",
				orderVariable,
			)
		}
		if !mentions(after, f.ID+".Alias") {
			found.add("gradual", f.ID, "it is a canary, but the variable %s in Globals does not name its alias", orderVariable)
		}
		if !isTrue(f.Properties, "AutoPublishAliasAllProperties") {
			found.add(
				"gradual",
				f.ID,
				"AutoPublishAliasAllProperties is not on, so a change of its settings would publish nothing",
			)
		}
	}
}

// mentions reports whether a value contains a Ref to the name.
func mentions(value any, name string) bool {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if key == "Ref" && inner == name || mentions(inner, name) {
				return true
			}
		}
	case []any:
		for _, inner := range value {
			if mentions(inner, name) {
				return true
			}
		}
	case string:
		return strings.Contains(value, "${"+name+"}")
	}
	return false
}
