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

// Template is template.yaml with the long form of every short tag.
type Template struct {
	Text       string // of the file
	Resources  map[string]Resource
	Globals    map[string]any
	Parameters map[string]any
}

// Route is the method and path of an operation.
type Route struct{ Method, Path string }

func (r Route) String() string { return r.Method + " " + r.Path }

// Project is what the rules compare.
type Project struct {
	Template   Template
	Folders    []string            // of functions/
	Operations map[string]Route    // of the API document, by operationId
	Keyed      map[string]bool     // the operations that accept an Idempotency-Key
	Paged      map[string]bool     // the operations that return pages
	Calls      map[string][]string // the recorded storage calls, by operation
	Rare       map[string][]string // the declared calls that may not be recorded, by operation

	Definitions map[string][]byte // of state machines, by the path from the project's root
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
	project.Rare = RareCalls()
	return project, err
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
	if err := json.Unmarshal(calls, &project.Calls); err != nil {
		return Project{}, fmt.Errorf("storage-calls.json: %w", err)
	}
	return project, nil
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
		Text: string(
			text,
		),
		Resources:  map[string]Resource{},
		Globals:    fieldsAt(root, "Globals"),
		Parameters: fieldsAt(root, "Parameters"),
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
	p.Operations, p.Keyed, p.Paged = map[string]Route{}, map[string]bool{}, map[string]bool{}
	for path, methods := range document.Paths {
		for method, node := range methods {
			var operation struct {
				ID         string `yaml:"operationId"`
				Parameters []struct {
					Name string `yaml:"name"`
				} `yaml:"parameters"`
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
		}
	}
	return nil
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
