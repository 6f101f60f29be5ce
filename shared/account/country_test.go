package account

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
)

// noCountries are codes that Unicode has besides those of ISO 3166-1: reserved, transitional, and of former countries.
var noCountries = strings.Fields("AC AN CP CQ CS DG EA EZ FQ IC NT PC SU TA UN XK YU")

func TestCountries(t *testing.T) {
	if len(countrySet()) != 249 || len(strings.Fields(countries)) != 249 {
		t.Errorf("there are %d countries, want 249", len(countrySet()))
	}
	for _, code := range append(noCountries, "UK", "EU", "XX", "ZZ", "AA", "QM", "I", "IRL", "", "12", "\u0131e", "\u017fe", "I ") {
		if got, known := canonicalCountry(code); known {
			t.Errorf("canonicalCountry(%q) = %s, want no country", code, got)
		}
		_, fields := Contact{Name: "Ada", Email: "ada@example.com", Country: code}.Validate("")
		if (len(fields) == 0) != (code == "") {
			t.Errorf("a contact in %q has the errors %v, want an error unless the country is empty", code, fields)
		}
	}
	for code := range countrySet() {
		region, err := language.ParseRegion(code)
		if err != nil || !region.IsCountry() || region.Canonicalize().String() != code {
			t.Errorf("got %v, %v for %s, want a country of golang.org/x/text", region, err, code)
		}
		if got, known := canonicalCountry(strings.ToLower(code)); got != code || !known {
			t.Errorf("canonicalCountry(%q) = %q, %v, want %q", strings.ToLower(code), got, known, code)
		}
	}
}
