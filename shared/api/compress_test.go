package api_test

import (
	"slices"
	"strings"
	"testing"

	"tenantry/shared/api"
)

// Compressed responses must contain no secrets (ADR 62): only lists are compressed, and the document of the API.
func TestOnlyListsAreCompressed(t *testing.T) {
	others := []string{"getOpenapi", "navigateObjects"}
	for _, operation := range api.All() {
		isList := strings.HasPrefix(operation.ID, "list") || strings.HasPrefix(operation.ID, "search")
		if want := isList || slices.Contains(others, operation.ID); operation.Compress != want {
			t.Errorf("%s compresses its responses: %v, want %v", operation.ID, operation.Compress, want)
		}
	}
}
