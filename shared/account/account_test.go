package account

import (
	"strings"
	"testing"
	"time"
)

func TestIDWellFormed(t *testing.T) {
	for id, want := range map[ID]bool{
		"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5":  true,
		"adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5":  true,
		"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E":   false, // short
		"cus_01JDB6X0C7V8Y9Z0A1B2C3D4E55": false,
		"cus_81JDB6X0C7V8Y9Z0A1B2C3D4E5":  false, // beyond 128 bits
		"cus_01jdb6x0c7v8y9z0a1b2c3d4e5":  false,
		"cus_01JDB6X0C7V8Y9Z0A1B2C3D4EI":  false, // I is not in the alphabet
		"sub_01JDB6X0C7V8Y9Z0A1B2C3D4E5":  false,
		"administrator":                   false,
		"":                                false,
		"cus_":                            false,
	} {
		if got := id.WellFormed(); got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
}

func TestParseLogin(t *testing.T) {
	for typed, want := range map[string]Login{
		"Ada":                    "ada",
		"  ada@Example.com ":     "ada@example.com",
		"ＡＤＡ":                    "ada", // full width
		"9.to-5_x":               "9.to-5_x",
		strings.Repeat("a", 60):  Login(strings.Repeat("a", 60)),
		"STRASSE":                "strasse",
		"":                       "",
		".ada":                   "",
		"a da":                   "",
		"ада":                    "", // Cyrillic looks alike
		"ada\x00":                "",
		strings.Repeat("a", 61):  "",
		"Root":                   "",
		"a\u0301da":              "",
		"ada\nroot":              "",
		"<script>":               "",
		"postmaster":             "",
		"Robert'); DROP TABLE--": "",
	} {
		got, field := ParseLogin(typed, "/login")
		if got != want || (field == nil) != (want != "") {
			t.Errorf("%q: %q %v, want %q", typed, got, field, want)
		}
		if field != nil && field.Pointer != "/login" {
			t.Errorf("%q: the fault is about %q", typed, field.Pointer)
		}
	}
}

func TestContactKeepsNamesAsTyped(t *testing.T) {
	for _, name := range []string{"O'Neil <b>x", "李小龍", "Robert'); DROP TABLE--", "Zoë  Ångström", "🙂", "👩🏽‍⚕️", "علی\u200cرضا", strings.Repeat("é", 60)} {
		got, fields := Contact{Name: name, Email: "a@example.com"}.Validate("/contact")
		if len(fields) > 0 || got.Name != name {
			t.Errorf("%q became %q %v", name, got.Name, fields)
		}
	}
}

func TestContactCheck(t *testing.T) {
	good := Contact{Name: "Ada", Email: "ada@example.com"}
	for name, test := range map[string]struct {
		change func(*Contact)
		wants  string // pointer and code, "" for none
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
		if got != test.wants || len(fields) > 1 {
			t.Errorf("%s: %q, want %q (%v)", name, got, test.wants, fields)
		}
	}
}

func TestContactCanonical(t *testing.T) {
	got, fields := Contact{Name: "Ada", Email: "ada@example.com", Country: "ie", Locale: "PT-br"}.Validate("")
	if len(fields) > 0 || got.Country != "IE" || got.Locale != "pt-BR" {
		t.Errorf("%+v %v", got, fields)
	}
	if got, _ := (Contact{Name: "Ada", Email: "ada@example.com"}).Validate(""); got.Locale != DefaultLocale {
		t.Errorf("locale %q", got.Locale)
	}
}

func TestContactPatch(t *testing.T) {
	text := func(s string) *string { return &s }
	before := Contact{Name: "Ada", Email: "ada@example.com", Company: "Engines", Phone: "1"}
	after := ContactPatch{Company: text(""), Phone: text("2")}.Apply(before)
	if after.Name != "Ada" || after.Company != "" || after.Phone != "2" {
		t.Errorf("%+v", after)
	}
	changes := before.Differences(after)
	if len(changes) != 2 || changes[0] != (FieldChange{Field: "contact.company", Old: "Engines", New: ""}) {
		t.Errorf("%+v", changes)
	}
}

func TestHoldPresent(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := func(d time.Duration) *time.Time { u := now.Add(d); return &u }
	for name, test := range map[string]struct {
		hold Hold
		want Status
	}{
		"begun":        {Hold{Since: now.Add(-time.Hour)}, Suspended},
		"begins now":   {Hold{Since: now}, Suspended},
		"begins soon":  {Hold{Source: BySchedule, Since: now.Add(time.Second)}, Active},
		"clock behind": {Hold{Since: now.Add(time.Second)}, Suspended},
		"ends soon":    {Hold{Since: now.Add(-time.Hour), Until: at(time.Second)}, Suspended},
		"ends now":     {Hold{Since: now.Add(-time.Hour), Until: at(0)}, Active},
	} {
		a := Account{Holds: Holds{test.hold}}
		if got := a.Status(now); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestNotesCut(t *testing.T) {
	got := Notes{Owner: strings.Repeat("é", 300), Administrator: "short"}.Truncate(200)
	if got.Owner != strings.Repeat("é", 200) || got.Administrator != "short" {
		t.Errorf("%d code points, %q", len([]rune(got.Owner)), got.Administrator)
	}
}
