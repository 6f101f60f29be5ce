package api_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/hosting"
)

// The document's patterns agree with the checks of the use cases.
func TestPatternsMatchWhatIsAccepted(t *testing.T) {
	schemas := api.Document().Components.Schemas.Map()
	acceptsLogin := func(value string) bool { _, invalid := account.ParseLogin(value, ""); return invalid == nil }
	acceptsExternalID := func(value string) bool { return account.ValidateExternalID(value, "") == nil }
	acceptsDomain := func(value string) bool { _, invalid := hosting.Domain(value, ""); return invalid == nil }
	for place, test := range map[string]struct {
		accepts        func(string) bool
		valid, invalid []string
	}{
		"NewCustomer.login": {
			acceptsLogin,
			[]string{"ada", "Ada.B@x-y_1", "0", strings.Repeat("x", 60)},
			[]string{"", ".ada", "a b", "a/b", "ä", strings.Repeat("x", 61)},
		},
		"NewCustomer.externalId": {acceptsExternalID, []string{"A.b_c-1"}, []string{"a b", "ä", strings.Repeat("x", 65)}},
		"NewWebsite.domain": {
			acceptsDomain,
			[]string{"example.com", "Shop.Example.COM.", "bücher.example"},
			[]string{"", "example", "a b.com", "example.com:80", "example.com/x", "a..com", strings.Repeat("x", 64) + ".com"},
		},
	} {
		schema, property, _ := strings.Cut(place, ".")
		pattern := regexp.MustCompile(schemas[schema].Properties[property].Pattern)
		for _, value := range test.valid {
			if !pattern.MatchString(value) || !test.accepts(value) {
				t.Errorf("%s: %q does not match %s or is not accepted", place, value, pattern)
			}
		}
		for _, value := range test.invalid {
			if pattern.MatchString(value) || test.accepts(value) && value != "" {
				t.Errorf("%s: %q matches %s or is accepted", place, value, pattern)
			}
		}
	}
}

func TestEveryPathParameterHasPattern(t *testing.T) {
	for path, item := range api.Document().Paths {
		for _, operation := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
			if operation == nil {
				continue
			}
			for _, parameter := range operation.Parameters {
				if parameter.In == "path" && parameter.Schema.Pattern == "" {
					t.Errorf("%s %s: the path parameter %s has no pattern", operation.Method, path, parameter.Name)
				}
			}
		}
	}
}
