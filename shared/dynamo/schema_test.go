package dynamo

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/goccy/go-yaml"
)

// tableOf is what a template says of a table, as far as the code depends on it.
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

// TestTemplate holds the table in the stack's template against the schema.
func TestTemplateHasSchema(t *testing.T) {
	source, err := os.ReadFile("../../template.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("there is no template yet")
	}
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
			t.Errorf("the template's table is not the schema's\n got %+v\nwant %+v", got, want)
		}
		expiry, _ := json.Marshal(resource.Properties)
		if !strings.Contains(
			string(expiry),
			`"TimeToLiveSpecification":{"AttributeName":"`+expiryAttribute+`","Enabled":true}`,
		) {
			t.Errorf("the template's table does not expire items by %s", expiryAttribute)
		}
	}
	if found != 1 {
		t.Errorf("the template has %d tables, want 1", found)
	}
}

// asTable reads properties in whatever form, with everything without an order sorted.
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
	slices.SortFunc(
		table.GlobalSecondaryIndexes,
		func(a, b indexProperties) int { return strings.Compare(a.IndexName, b.IndexName) },
	)
	for _, index := range table.GlobalSecondaryIndexes {
		slices.Sort(index.Projection.NonKeyAttributes)
	}
	return table
}

func schemaAsTemplate() map[string]any {
	input := Schema("any")
	return map[string]any{
		"BillingMode": input.BillingMode, "AttributeDefinitions": definitions(input.AttributeDefinitions),
		"KeySchema": elements(input.KeySchema), "StreamSpecification": input.StreamSpecification,
		"GlobalSecondaryIndexes": indexesAsTemplate(input.GlobalSecondaryIndexes),
	}
}

func indexesAsTemplate(indexes []types.GlobalSecondaryIndex) (list []any) {
	for _, index := range indexes {
		list = append(list, map[string]any{
			"IndexName": index.IndexName, "KeySchema": elements(index.KeySchema), "Projection": index.Projection,
		})
	}
	return list
}

func definitions(of []types.AttributeDefinition) (list []any) {
	for _, one := range of {
		list = append(list, map[string]any{"AttributeName": one.AttributeName, "AttributeType": one.AttributeType})
	}
	return list
}

func elements(of []types.KeySchemaElement) (list []any) {
	for _, one := range of {
		list = append(list, map[string]any{"AttributeName": one.AttributeName, "KeyType": one.KeyType})
	}
	return list
}

// TestIndexLimits holds the schema against what DynamoDB allows.
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
	for _, secret := range []string{"passwordHash", "sessionEpoch"} {
		if slices.Contains(projectedAttributes(), secret) {
			t.Errorf("the indexes hold %s", secret)
		}
	}
}

// TestMap holds the map of the table against the indexes and the keys that there are.
func TestDocListsIndexesAndItems(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(source))
	for _, index := range indexes() {
		at := slices.Index(words, index.name)
		if at < 0 || words[at+1] != index.partition || words[at+2] != index.sort {
			t.Errorf("doc.go does not say that %s is by %s and %s", index.name, index.partition, index.sort)
		}
	}
	for _, itemType := range []any{
		accountItem{},
		noteItem{},
		eventItem{},
		sessionItem{},
		usageItem{},
		loginItem{},
		externalItem{},
		knownAddressItem{},
		idempotencyItem{},
		secretItem{},
		singletonItem{},
	} {
		if name := reflect.TypeOf(itemType).Name(); !slices.Contains(words, name) {
			t.Errorf("doc.go does not map %s", name)
		}
	}
}
