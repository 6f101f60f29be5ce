package account_test

import (
	"testing"

	"tenantry/shared/account"
)

func TestIsPrintable(t *testing.T) {
	for name, text := range map[string]string{
		"Persian with a non-joiner":       "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
		"Persian with a mark before it":   "\u0639\u0650\u200c\u0631",
		"Sinhala with a joiner":           "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
		"Bengali with a joiner":           "\u09b0\u200d\u09cd\u09af",
		"Malayalam that ends in a joiner": "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d",
		"a family":                        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
		"a profession with a skin":        "\U0001f469\U0001f3fd\u200d\u2695\ufe0f",
		"a flag":                          "\U0001f3f3\ufe0f\u200d\U0001f308",
		"a shaken head":                   "\U0001f642\u200d\u2194\ufe0f",
		"a heart":                         "\u2764\ufe0f",
		"a key":                           "1\ufe0f\u20e3",
		"an ideograph of a certain form":  "\u845b\U000e0100",
		"a name in Hebrew":                "\u05d3\u05d5\u05d3",
		"Vietnamese, not composed":        "Nguye\u0302\u0303n",
	} {
		if !account.IsPrintable(text, false) || !account.HasVisible(text) {
			t.Errorf("%s is not printable: %q", name, text)
		}
	}
	for _, r := range []rune{
		0x0000, 0x001b, 0x007f, 0x0085, 0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
		0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x206f,
		0x2800, 0x3164, 0xfdd0, 0xfdef, 0xfeff, 0xffa0, 0xfff9, 0xfffb, 0xfffd, 0xfffe, 0xffff, 0x1bca0, 0x1d173, 0x1ffff, 0x10ffff,
		0xe0000, 0xe0001, 0xe0020, 0xe0067, 0xe007f,
	} {
		for _, text := range []string{"Ada" + string(r) + "Z", string(r), "\u0639" + string(r) + "\u0639"} {
			if account.IsPrintable(text, false) || account.IsPrintable(text, true) {
				t.Errorf("IsPrintable accepts %q, want it rejected", text)
			}
		}
		if account.HasVisible(string(r)) {
			t.Errorf("HasVisible(%q) = true, want false", r)
		}
	}
	for name, text := range map[string]string{
		"a joiner in Latin":        "Ad\u200da",
		"a non-joiner in Latin":    "Ad\u200ca",
		"a joiner at the end":      "\u0639\u200d",
		"a joiner at the start":    "\u200d\u0639",
		"two joiners":              "\u0639\u200c\u200c\u0639",
		"a joiner behind an emoji": "\U0001f642\u200d",
		"a non-joiner in emoji":    "\U0001f468\u200c\U0001f469",
		"a form of nothing":        "\ufe0fAda",
		"a form of a space":        "Ada \ufe0f",
		"a form of a form":         "\u2764\ufe0f\ufe0f",
	} {
		if account.IsPrintable(text, false) {
			t.Errorf("%s: IsPrintable accepts %q, want it rejected", name, text)
		}
	}
	if text := "one\ttwo\r\nthree"; !account.IsPrintable(text, true) || account.IsPrintable(text, false) {
		t.Errorf("%q must be printable with line breaks only", text)
	}
}

func TestNameNeedsVisibleCharacter(t *testing.T) {
	for name, want := range map[string]string{
		"\u00a0\u3000": "required",
		"\u0301":       "required",
		"\u2800":       "required",
		"\u200b":       "required",
		"Ada\u2063":    "control-character",
		"-":            "",
		"\u674e":       "",
		"7":            "",
	} {
		_, fields := account.Contact{Name: name, Email: "ada@example.com"}.Validate("")
		got := ""
		if len(fields) > 0 {
			got = fields[0].Code
		}
		if got != want {
			t.Errorf("the name %q has the error %q, want %q", name, got, want)
		}
	}
}
