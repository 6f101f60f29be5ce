package templatecheck

import (
	"maps"
	"slices"
	"strings"
)

const (
	machineType   = "AWS::Serverless::StateMachine"
	machineSuffix = "Machine"
	definitions   = "statemachines/"
)

// operatorFolders are the functions that only operators invoke.
var operatorFolders = []string{"create-administrator", "rebuild-search", "reconcile-counts"}

// machine is a state machine of the template with its definition.
type machine struct {
	Resource
	file       string
	definition definition
	invokes    map[string]bool   // the logical ids of the functions that its substitutions name
	function   map[string]string // the function that a substitution names
}

// checkMachines reports state machines that do not fit their definition or their functions.
func checkMachines(project Project, found *report) {
	files, invoked := map[string]bool{}, map[string]string{}
	for _, resource := range project.Template.ofType(machineType) {
		m := project.machine(resource, found)
		files[m.file] = true
		checkMachineName(m, found)
		checkSubstitutions(m, found)
		checkStates(project.Template, m, found)
		for id := range m.invokes {
			invoked[id] = m.ID
		}
	}
	for _, file := range slices.Sorted(maps.Keys(project.Definitions)) {
		if !files[file] {
			found.add("machine", file, "no state machine's DefinitionUri names it")
		}
	}
	checkSteps(project.Template, invoked, found)
}

func (p Project) machine(resource Resource, found *report) machine {
	m := machine{
		Resource: resource, file: textAt(resource.Properties, "DefinitionUri"),
		invokes: map[string]bool{}, function: map[string]string{},
	}
	for name, value := range fieldsAt(resource.Properties, "DefinitionSubstitutions") {
		id, isVersion := strings.CutSuffix(refersTo(value), ".Version")
		if !isVersion {
			id, _ = attributeOf(value)
		}
		if p.Template.Resources[id].Type != functionType {
			continue
		}
		m.invokes[id], m.function[name] = true, id
		if !isVersion || p.Template.Resources[id].Properties["AutoPublishAlias"] == nil {
			found.add(
				"machine",
				m.ID,
				"%s is not !Ref %s.Version, so running executions would continue with other code",
				name,
				id,
			)
		}
	}
	text, there := p.Definitions[m.file]
	if !there {
		found.add("machine", m.ID, "its DefinitionUri names no file in %s", definitions)
		return m
	}
	var err error
	if m.definition, err = parseDefinition(text); err != nil {
		found.add("machine", m.file, "it is not a definition: %v", err)
	}
	return m
}

func (m machine) role() string { return m.ID + roleSuffix }

func checkMachineName(m machine, found *report) {
	if !strings.HasSuffix(m.ID, machineSuffix) {
		found.add("machine", m.ID, "a state machine's logical id ends with %s", machineSuffix)
	}
	if textAt(m.Properties, "Logging", "Level") != "ERROR" ||
		at(m.Properties, "Logging", "IncludeExecutionData") != false {
		found.add("machine", m.ID, "Logging is not of Level ERROR without execution data")
	}
	if id, attribute := attributeOf(m.Properties["Role"]); id != m.role() || attribute != "Arn" {
		found.add("machine", m.ID, "Role is not !GetAtt %s.Arn", m.role())
	}
}

// checkSubstitutions compares the substitutions in the template with the placeholders of the definition.
func checkSubstitutions(m machine, found *report) {
	given := fieldsAt(m.Properties, "DefinitionSubstitutions")
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !m.definition.names[name] {
			found.add("machine", m.ID, "its definition does not use the substitution %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.definition.names)) {
		if given[name] == nil {
			found.add("machine", m.ID, "its definition uses ${%s}, which DefinitionSubstitutions does not give", name)
		}
	}
}

// checkSteps reports functions that nothing invokes, and steps of a state machine that also have events.
func checkSteps(template Template, invoked map[string]string, found *report) {
	for _, f := range template.functions() {
		by, step := invoked[f.ID]
		switch {
		case step && len(f.events)+len(f.routes()) > 0:
			found.add("machine", f.ID, "it is a step of %s, but also has events", by)
		case !step && len(f.events)+len(f.routes()) == 0 && !slices.Contains(operatorFolders, f.folder()):
			found.add("machine", f.ID, "nothing invokes it: it has no event, and no DefinitionSubstitutions name it")
		}
	}
}
