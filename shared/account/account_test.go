package account

import (
	"strings"
	"testing"
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
			t.Errorf("%q.WellFormed() = %v, want %v", id, got, want)
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
			t.Errorf("ParseLogin(%q) = %q, %v; want %q", typed, got, field, want)
		}
		if field != nil && field.Pointer != "/login" {
			t.Errorf("ParseLogin(%q) points to %q, want /login", typed, field.Pointer)
		}
	}
}

func TestNotesTruncate(t *testing.T) {
	got := Notes{Owner: strings.Repeat("é", 300), Administrator: "short"}.Truncate(200)
	if got.Owner != strings.Repeat("é", 200) || got.Administrator != "short" {
		t.Errorf("got %d code points and %q, want 200 and short", len([]rune(got.Owner)), got.Administrator)
	}
}
