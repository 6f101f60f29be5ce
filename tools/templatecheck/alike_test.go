package templatecheck

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestDefinitionsAreAlike has what is learnt of one workflow come to the others: but for what they say of themselves, those that
// remove, convert and move are one. Changing statuses needs other times and retries.
func TestDefinitionsAreAlike(t *testing.T) {
	read := func(name string) (definition map[string]any) {
		text, err := os.ReadFile(filepath.Join("..", "..", definitions, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &definition); err != nil {
			t.Fatal(err)
		}
		delete(definition, "Comment")
		return definition
	}
	want := read("remove-customers.asl.json")
	for _, name := range []string{"convert-customers.asl.json", "move-customers.asl.json"} {
		if !reflect.DeepEqual(read(name), want) {
			t.Errorf("%s differs from remove-customers.asl.json", name)
		}
	}
}
