package templatecheck

import (
	"maps"
	"slices"
)

// deployParameters are the parameters without a default that a deployment sets by itself.
var deployParameters = []string{"PublicUrl", "EdgeDomain", "OriginSecretArn", "Repository"}

// checkStacks reports parameters of the application that no deployment would set. The deployment passes the outputs of
// the data stack as parameters of the same name.
func checkStacks(project Project, found *report) {
	data, there := project.Stacks[dataStack]
	if !there {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(project.Template.Parameters)) {
		hasDefault := at(project.Template.Parameters, name, "Default") != nil
		if !hasDefault && data.Outputs[name] == nil && !slices.Contains(deployParameters, name) {
			found.add("stack", name, "it has no default, and %s has no output of this name", dataStack)
		}
		if hasDefault && data.Outputs[name] != nil {
			found.add("stack", name, "it has a default, although %s has an output of this name", dataStack)
		}
	}
	for path, template := range project.Stacks {
		for name := range template.Parameters {
			hasValue := at(template.Parameters, name, "Default") != nil || slices.Contains(deployParameters, name)
			if path != dataStack && !hasValue && data.Outputs[name] == nil && project.Template.Outputs[name] == nil {
				found.add("stack", path, "%s has no default, and no stack before has an output of this name", name)
			}
		}
	}
	for id, resource := range project.Template.Resources {
		if slices.Contains([]string{tableType, bucketType, logGroupType, busType}, resource.Type) {
			found.add("stack", id, "a %s has data that outlives the application; it belongs in %s", resource.Type, dataStack)
		}
	}
}
