package templatecheck

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Resource is one resource of a template.
type Resource struct {
	ID         string
	Type       string
	Properties map[string]any
	Attributes map[string]any // the resource itself, with DependsOn, Metadata, DeletionPolicy …
}

// Template is a template with the long form of every short tag.
type Template struct {
	Text       string // of the file
	Resources  map[string]Resource
	Globals    map[string]any
	Parameters map[string]any
	Conditions map[string]any
	Outputs    map[string]any

	// Resources of the stacks that are deployed before, by logical id. The template gets their names as parameters.
	Shared map[string]Resource
}

// Route is the method and path of an operation.
type Route struct{ Method, Path string }

func (r Route) String() string { return r.Method + " " + r.Path }

// Project is what the rules compare.
type Project struct {
	Template   Template            // template.yaml, the application
	Stacks     map[string]Template // the templates in infra/, by their paths
	Folders    []string            // of functions/
	Operations map[string]Route    // of the API document, by operationId
	Keyed      map[string]bool     // the operations that accept an Idempotency-Key
	Paged      map[string]bool     // the operations that return pages
	Public     map[string]bool     // the operations that need no credentials
	Calls      map[string][]string // the recorded storage calls, by operation
	Rare       map[string][]string // the declared calls that may not be recorded, by operation
	Hashing    map[string]bool     // the folders of functions/ whose programs link the password hash

	Definitions map[string][]byte // of state machines, by the path from the project's root
	Runbooks    map[string]string // the texts of docs/runbooks/, by the path from the project's root
}

// Load reads the project in the folder.
func Load(root string) (Project, error) {
	template, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		return Project{}, err
	}
	document, err := os.ReadFile(filepath.Join(root, "docs", "openapi.yaml"))
	if err != nil {
		return Project{}, err
	}
	calls, err := os.ReadFile(filepath.Join(root, "docs", "storage-calls.json"))
	if err != nil {
		return Project{}, err
	}
	entries, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil {
		return Project{}, err
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	machines, err := loadDefinitions(root)
	if err != nil {
		return Project{}, err
	}
	project, err := Parse(template, document, calls, folders, machines)
	if err != nil {
		return Project{}, err
	}
	project.Rare = RareCalls()
	if project.Hashing, err = findHashing(root); err != nil {
		return Project{}, err
	}
	if project.Runbooks, err = loadRunbooks(root); err != nil {
		return Project{}, err
	}
	return project, project.loadStacks(root)
}

func loadRunbooks(root string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(root, runbooks, "*.md"))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		texts[runbooks+filepath.Base(path)] = string(text)
	}
	return texts, nil
}

// loadStacks reads the templates in infra/.
func (p *Project) loadStacks(root string) error {
	paths, err := filepath.Glob(filepath.Join(root, "infra", "*.yaml"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			err = p.addStack("infra/"+filepath.Base(path), text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// monitoringStack has the alarms.
const monitoringStack = "infra/monitoring.yaml"

// runbooks is the folder of the runbooks.
const runbooks = "docs/runbooks/"

// dataStack has the resources that the application gets by parameters.
const dataStack = "infra/data.yaml"

// addStack adds the template of a stack.
func (p *Project) addStack(path string, text []byte) error {
	template, err := parseTemplate(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if p.Stacks == nil {
		p.Stacks = map[string]Template{}
	}
	p.Stacks[path] = template
	if path == dataStack {
		p.Template.Shared = template.Resources
	}
	return nil
}

func loadDefinitions(root string) (map[string][]byte, error) {
	entries, err := os.ReadDir(filepath.Join(root, definitions))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	for _, entry := range entries {
		if texts[definitions+entry.Name()], err = os.ReadFile(filepath.Join(root, definitions, entry.Name())); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// Parse returns the project that the texts of its files describe.
func Parse(template, document, calls []byte, folders []string, machines map[string][]byte) (Project, error) {
	project := Project{Folders: folders, Calls: map[string][]string{}, Definitions: machines}
	var err error
	if project.Template, err = parseTemplate(template); err != nil {
		return Project{}, fmt.Errorf("template.yaml: %w", err)
	}
	if err = project.readDocument(document); err != nil {
		return Project{}, fmt.Errorf("openapi.yaml: %w", err)
	}
	recorded, err := ReadRecorded(calls)
	if err != nil {
		return Project{}, err
	}
	for operation, entry := range recorded {
		project.Calls[operation] = entry.Calls
	}
	return project, nil
}

// Recorded is the entry of an operation in docs/storage-calls.json.
type Recorded struct {
	Calls      []string        `json:"calls"`
	Cost       json.RawMessage `json:"cost,omitempty"`       // written by `make storage-costs`
	OtherCosts json.RawMessage `json:"otherCosts,omitempty"` // written by `make storage-costs`
}

// ReadRecorded reads docs/storage-calls.json, by operation.
func ReadRecorded(text []byte) (map[string]Recorded, error) {
	recorded := map[string]Recorded{}
	if err := json.Unmarshal(text, &recorded); err != nil {
		return nil, fmt.Errorf("storage-calls.json: %w", err)
	}
	return recorded, nil
}

func parseTemplate(text []byte) (Template, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return Template{}, err
	}
	root, err := decode(&node)
	if err != nil {
		return Template{}, err
	}
	template := Template{
		Text:      string(text),
		Resources: map[string]Resource{},
		Globals:   fieldsAt(root, "Globals"),
		Parameters: fieldsAt(
			root,
			"Parameters",
		),
		Conditions: fieldsAt(root, "Conditions"),
		Outputs:    fieldsAt(root, "Outputs"),
	}
	for id, value := range fieldsAt(root, "Resources") {
		template.Resources[id] = Resource{
			ID:         id,
			Type:       textAt(value, "Type"),
			Properties: fieldsAt(value, "Properties"),
			Attributes: fieldsAt(value),
		}
	}
	return template, nil
}

// readDocument reads the routes of the API document, and its operations that accept an Idempotency-Key or a cursor.
func (p *Project) readDocument(text []byte) error {
	var document struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return err
	}
	p.Operations = map[string]Route{}
	p.Keyed, p.Paged, p.Public = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for path, methods := range document.Paths {
		for method, node := range methods {
			var operation struct {
				ID         string `yaml:"operationId"`
				Parameters []struct {
					Name string `yaml:"name"`
				} `yaml:"parameters"`
				Security *[]any `yaml:"security"`
			}
			if err := node.Decode(&operation); err != nil {
				return err
			}
			route := Route{Method: strings.ToUpper(method), Path: path}
			if first, twice := p.Operations[operation.ID]; twice || operation.ID == "" {
				return fmt.Errorf("operationId %q of %s: %s has it too", operation.ID, route, first)
			}
			for _, parameter := range operation.Parameters {
				p.Keyed[operation.ID] = p.Keyed[operation.ID] || parameter.Name == "Idempotency-Key"
				p.Paged[operation.ID] = p.Paged[operation.ID] || parameter.Name == "cursor"
			}
			p.Operations[operation.ID] = route
			p.Public[operation.ID] = operation.Security != nil && len(*operation.Security) == 0
		}
	}
	return nil
}

// resource returns a resource of the template, or one that the template gets by parameters.
func (t Template) resource(id string) Resource {
	if own, isOwn := t.Resources[id]; isOwn {
		return own
	}
	if t.Parameters[id] == nil {
		return Resource{}
	}
	return t.Shared[id]
}

// attributeOf returns the logical id and the attribute in a GetAtt, or in a Ref to the parameter of a shared resource's
// attribute: TableArn is the attribute Arn of Table.
func (t Template) attributeOf(value any) (resource, attribute string) {
	parameter := refersTo(value)
	if parameter == "" || t.Parameters[parameter] == nil {
		return attributeOf(value)
	}
	for id := range t.Shared {
		attribute, isAttribute := strings.CutPrefix(parameter, id)
		if isAttribute && (attribute == "Arn" || attribute == "StreamArn") {
			return id, attribute
		}
	}
	return "", ""
}

// allOfType returns the resources of a type, with those that the template gets by parameters.
func (t Template) allOfType(name string) []Resource {
	found := t.ofType(name)
	for id, shared := range t.Shared {
		if shared.Type == name && t.Parameters[id] != nil {
			found = append(found, shared)
		}
	}
	return found
}

// ofType returns the resources of a type.
func (t Template) ofType(name string) []Resource {
	var found []Resource
	for _, resource := range t.Resources {
		if resource.Type == name {
			found = append(found, resource)
		}
	}
	return found
}
