package templatecheck

import (
	"maps"
	"slices"
	"strings"
)

// stackName is in every name that a template gives, so that several stages fit into one account.
const stackName = "${AWS::StackName}"

// namesInScope are properties that end with Name and name no resource in the account, or one of another resource.
var namesInScope = []string{
	"MetricName",
	"StageName",
	"PolicyName",
	"ConfigurationSetName",
	"DomainName",
	"FunctionName",
}

// checkPhysicalNames reports resources whose name is the same in every stack: a second stage in an account would fail
// with "already exists". CloudFormation invents names with the stack's name for resources without one; the SAM transform
// names the schedule of an event after the function (https://github.com/aws/serverless-application-model/issues/3109).
func checkPhysicalNames(template Template, found *report) {
	for _, id := range slices.Sorted(maps.Keys(template.Resources)) {
		properties := template.Resources[id].Properties
		for _, key := range slices.Sorted(maps.Keys(properties)) {
			isName := strings.HasSuffix(key, "Name") && !slices.Contains(namesInScope, key)
			if isName && isFixed(properties[key]) {
				found.add("physical", id, "%s does not contain %s", key, stackName)
			}
		}
	}
	for _, f := range template.functions() {
		for _, event := range f.events {
			name := event.properties["Name"]
			if event.kind == "ScheduleV2" && (name == nil || isFixed(name)) || name != nil && isFixed(name) {
				found.add("physical", f.ID+"."+event.name, "Name does not contain %s", stackName)
			}
		}
	}
}

// isFixed reports whether a name is a text without the stack's name. References are names of something else.
func isFixed(name any) bool {
	if branches := list(at(name, "Fn::If")); len(branches) == 3 {
		return isFixed(branches[1]) || isFixed(branches[2])
	}
	text, isText := name.(string)
	if text == "" {
		text = substitution(name)
	}
	return (isText || text != "") && !strings.Contains(text, stackName)
}
