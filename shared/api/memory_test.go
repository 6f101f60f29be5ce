package api_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/api"
)

// An operation that takes a password hashes it, and so needs a full CPU in the template. Less memory is less CPU.
func TestFunctionsThatHashHaveAFullCPU(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	capital := regexp.MustCompile(`[A-Z]`)
	for _, operation := range api.All() {
		if !slices.Contains(fields(t, operation), "password") && !slices.Contains(fields(t, operation), "current") {
			continue
		}
		folder := strings.ToLower(capital.ReplaceAllString(operation.ID, "-$0"))
		_, function, found := strings.Cut(string(template), "CodeUri: build/"+folder+"/\n")
		function, _, _ = strings.Cut(function, "\n\n")
		if !found || !strings.Contains(function, "MemorySize: 1769") {
			t.Errorf("%s hashes a password, and its function in template.yaml has no MemorySize of 1769", operation.ID)
		}
	}
}
