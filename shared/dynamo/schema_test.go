package dynamo

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/goccy/go-yaml"
)

// tableProperties are the properties of a table in a template on which the code depends.
type tableProperties struct {
	BillingMode            string
	AttributeDefinitions   []map[string]string
	KeySchema              []map[string]string
	GlobalSecondaryIndexes []indexProperties
	StreamSpecification    struct{ StreamViewType string }
}

type indexProperties struct {
	IndexName  string
	KeySchema  []map[string]string
	Projection struct {
		ProjectionType   string
		NonKeyAttributes []string
	}
}

// TestTemplateHasSchema compares the table in the stack's template with the schema.
func TestTemplateHasSchema(t *testing.T) {
	source, err := os.ReadFile("../../infra/data.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties any    `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(source, &template); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, resource := range template.Resources {
		if resource.Type != "AWS::DynamoDB::Table" {
			continue
		}
		found++
		got := readTable(t, resource.Properties)
		if want := readTable(t, schemaAsTemplate()); !reflect.DeepEqual(got, want) {
			t.Errorf("the template's table differs from the schema\n got %+v\nwant %+v", got, want)
		}
		properties, _ := json.Marshal(resource.Properties)
		expiry := `"TimeToLiveSpecification":{"AttributeName":"` + expiryAttribute + `","Enabled":true}`
		if !strings.Contains(string(properties), expiry) {
			t.Errorf("the template's table does not expire items by %s", expiryAttribute)
		}
	}
	if found != 1 {
		t.Errorf("the template has %d tables, want 1", found)
	}
}

// readTable reads the properties of a table, and sorts the lists that have no order.
func readTable(t *testing.T, properties any) (table tableProperties) {
	t.Helper()
	text, err := json.Marshal(properties)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(table.AttributeDefinitions, func(a, b map[string]string) int {
		return strings.Compare(a["AttributeName"], b["AttributeName"])
	})
	slices.SortFunc(table.GlobalSecondaryIndexes, func(a, b indexProperties) int {
		return strings.Compare(a.IndexName, b.IndexName)
	})
	for _, index := range table.GlobalSecondaryIndexes {
		slices.Sort(index.Projection.NonKeyAttributes)
	}
	return table
}

func schemaAsTemplate() map[string]any {
	input := Schema("any")
	return map[string]any{
		"BillingMode": input.BillingMode, "AttributeDefinitions": definitionsAsTemplate(input.AttributeDefinitions),
		"KeySchema": keysAsTemplate(input.KeySchema), "StreamSpecification": input.StreamSpecification,
		"GlobalSecondaryIndexes": indexesAsTemplate(input.GlobalSecondaryIndexes),
	}
}

func indexesAsTemplate(indexes []types.GlobalSecondaryIndex) (list []any) {
	for _, index := range indexes {
		list = append(list, map[string]any{
			"IndexName": index.IndexName, "KeySchema": keysAsTemplate(index.KeySchema), "Projection": index.Projection,
		})
	}
	return list
}

func definitionsAsTemplate(definitions []types.AttributeDefinition) (list []any) {
	for _, definition := range definitions {
		list = append(list, map[string]any{
			"AttributeName": definition.AttributeName, "AttributeType": definition.AttributeType,
		})
	}
	return list
}

func keysAsTemplate(elements []types.KeySchemaElement) (list []any) {
	for _, element := range elements {
		list = append(list, map[string]any{"AttributeName": element.AttributeName, "KeyType": element.KeyType})
	}
	return list
}

// TestIndexLimits compares the schema with the limits of DynamoDB.
func TestIndexLimits(t *testing.T) {
	projected := 0
	for _, index := range Schema("any").GlobalSecondaryIndexes {
		projected += len(index.Projection.NonKeyAttributes)
		if n := len(index.Projection.NonKeyAttributes); n > 20 {
			t.Errorf("%s projects %d attributes, at most 20 are allowed", *index.IndexName, n)
		}
	}
	if projected > 100 {
		t.Errorf("the indexes project %d attributes, at most 100 are allowed", projected)
	}
	for field := range reflect.TypeFor[accountProjection]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("dynamodbav"), ",")
		if name == "passwordVersion" || name == "sessionEpoch" {
			t.Errorf("the indexes project the secret %s", name)
		}
	}
}

// TestDocListsIndexesAndItems compares the map in doc.go with the indexes and the item types.
func TestDocListsIndexesAndItems(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(source))
	for _, index := range indexes() {
		at := slices.Index(words, index.name)
		if at < 0 || words[at+1] != index.partition || words[at+2] != index.sort {
			t.Errorf("doc.go does not list the index %s with %s and %s", index.name, index.partition, index.sort)
		}
	}
	listed := listedItemTypes(string(source))
	declared := declaredItemTypes(t)
	for _, name := range declared {
		if !slices.Contains(listed, name) {
			t.Errorf("doc.go does not list items of type %s", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(declared, name) {
			t.Errorf("doc.go lists items of type %s, which does not exist or has no key", name)
		}
	}
}

// itemLine is a line of the map of items. The last column is the Go type. Types of other packages are not matched.
var itemLine = regexp.MustCompile(`(?m)^//\t[A-Z]+#\S+ .* (\w+)$`)

// listedItemTypes returns the item types in the map of items.
func listedItemTypes(source string) (names []string) {
	for _, match := range itemLine.FindAllStringSubmatch(source, -1) {
		names = append(names, match[1])
	}
	return names
}

// declaredItemTypes returns the types of this package that embed a primary key, directly or in another item type.
func declaredItemTypes(t *testing.T) (names []string) {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	embedded := map[string][]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, isType := n.(*ast.TypeSpec); isType {
				embedded[spec.Name.Name] = embeddedTypes(spec)
			}
			return true
		})
	}
	hasKey := map[string]bool{"keyed": true}
	for range embedded { // as often as types can embed each other
		for name, types := range embedded {
			hasKey[name] = hasKey[name] || slices.ContainsFunc(types, func(t string) bool { return hasKey[t] })
		}
	}
	for name := range embedded {
		if hasKey[name] && name != "keyed" {
			names = append(names, name)
		}
	}
	return names
}

// embeddedTypes returns the types that a struct embeds, or nothing if the type is no struct.
func embeddedTypes(spec *ast.TypeSpec) (names []string) {
	structure, isStruct := spec.Type.(*ast.StructType)
	if !isStruct {
		return nil
	}
	for _, field := range structure.Fields.List {
		if name, isName := field.Type.(*ast.Ident); isName && len(field.Names) == 0 {
			names = append(names, name.Name)
		}
	}
	return names
}
