package account

import (
	"strings"
	"testing"
)

func TestContactKeepsNamesAsTyped(t *testing.T) {
	for _, name := range []string{"O'Neil <b>x", "李小龍", "Robert'); DROP TABLE--", "Zoë  Ångström", "🙂", "👩🏽‍⚕️", "علی\u200cرضا", strings.Repeat("é", 60)} {
		got, fields := Contact{Name: name, Email: "a@example.com"}.Validate("/contact")
		if len(fields) > 0 || got.Name != name {
			t.Errorf("the name %q became %q, with the errors %v", name, got.Name, fields)
		}
	}
}

func TestContactValidate(t *testing.T) {
	good := Contact{Name: "Ada", Email: "ada@example.com"}
	for name, test := range map[string]struct {
		change func(*Contact)
		want   string // pointer and code of the error, or ""
	}{
		"good":                {func(*Contact) {}, ""},
		"international":       {func(c *Contact) { c.Email = "ada@bücher.example" }, ""},
		"address with lines":  {func(c *Contact) { c.Address = "1 Main St\nDublin" }, ""},
		"country in any case": {func(c *Contact) { c.Country = "ie" }, ""},
		"no name":             {func(c *Contact) { c.Name = "" }, "/contact/name required"},
		"blank name":          {func(c *Contact) { c.Name = "  " }, "/contact/name required"},
		"long name":           {func(c *Contact) { c.Name = strings.Repeat("é", 61) }, "/contact/name too-long"},
		"line in name":        {func(c *Contact) { c.Name = "a\nb" }, "/contact/name control-character"},
		"bidi in name":        {func(c *Contact) { c.Name = "a\u202eb" }, "/contact/name control-character"},
		"invalid text":        {func(c *Contact) { c.Company = "a\xff" }, "/contact/company control-character"},
		"damaged text":        {func(c *Contact) { c.Company = "a\ufffd" }, "/contact/company control-character"},
		"no email":            {func(c *Contact) { c.Email = "" }, "/contact/email required"},
		"email with name":     {func(c *Contact) { c.Email = "Ada <ada@example.com>" }, "/contact/email email-grammar"},
		"email without dot":   {func(c *Contact) { c.Email = "ada@localhost" }, "/contact/email email-grammar"},
		"two emails":          {func(c *Contact) { c.Email = "a@example.com,b@example.com" }, "/contact/email email-grammar"},
		"email with line":     {func(c *Contact) { c.Email = "a@example.com\r\nBcc: b@example.com" }, "/contact/email control-character"},
		"long phone":          {func(c *Contact) { c.Phone = strings.Repeat("1", 31) }, "/contact/phone too-long"},
		"no such country":     {func(c *Contact) { c.Country = "XX" }, "/contact/country country-unknown"},
		"country by name":     {func(c *Contact) { c.Country = "UK" }, "/contact/country country-unknown"},
		"numeric country":     {func(c *Contact) { c.Country = "12" }, "/contact/country country-unknown"},
		"no such locale":      {func(c *Contact) { c.Locale = "english please" }, "/contact/locale locale-grammar"},
	} {
		c := good
		test.change(&c)
		_, fields := c.Validate("/contact")
		got := ""
		if len(fields) > 0 {
			got = fields[0].Pointer + " " + fields[0].Code
		}
		if got != test.want || len(fields) > 1 {
			t.Errorf("%s: the errors are %v, want %q only", name, fields, test.want)
		}
	}
}

func TestContactIsCanonical(t *testing.T) {
	got, fields := Contact{Name: "Ada", Email: "ada@example.com", Country: "ie", Locale: "PT-br"}.Validate("")
	if len(fields) > 0 || got.Country != "IE" || got.Locale != "pt-BR" {
		t.Errorf("got %+v and the errors %v, want the country IE and the locale pt-BR", got, fields)
	}
	if got, _ := (Contact{Name: "Ada", Email: "ada@example.com"}).Validate(""); got.Locale != DefaultLocale {
		t.Errorf("the default locale is %q, want %q", got.Locale, DefaultLocale)
	}
}

func TestContactPatch(t *testing.T) {
	text := func(s string) *string { return &s }
	before := Contact{Name: "Ada", Email: "ada@example.com", Company: "Engines", Phone: "1"}
	after := ContactPatch{Company: text(""), Phone: text("2")}.Apply(before)
	if after.Name != "Ada" || after.Company != "" || after.Phone != "2" {
		t.Errorf("got %+v, want the name kept, no company and the phone 2", after)
	}
	changes := before.Differences(after)
	if len(changes) != 2 || changes[0] != (FieldChange{Field: "contact.company", Old: "Engines", New: ""}) {
		t.Errorf("got the changes %+v, want company to \"\" and phone", changes)
	}
}
