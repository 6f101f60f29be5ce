package api_test

import (
	"slices"
	"strings"
	"testing"

	"tenantry/shared/api"
	"tenantry/shared/fault"
)

// Whoever suspends or activates one object is refused while its account is being removed (ADR 24), so the document must
// say it.
func TestSuspensionsDocumentBusy(t *testing.T) {
	found := 0
	for _, operation := range api.All() {
		_, action, isOfObject := strings.Cut(operation.Path, "}/")
		if !isOfObject || action != "suspend" && action != "activate" {
			continue
		}
		found++
		if !slices.Contains(operation.Faults, fault.Busy) {
			t.Errorf("%s does not document %s", operation.ID, fault.Busy)
		}
	}
	if found != 8 {
		t.Errorf("%d operations suspend or activate one object, want 8", found)
	}
}
