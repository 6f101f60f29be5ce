package account_test

import (
	"strings"
	"testing"

	"tenantry/shared/account"
)

func TestSameEmail(t *testing.T) {
	for _, pair := range []struct {
		a, b string
		same bool
	}{
		{"ada@example.com", "ADA@Example.COM", true},
		{"ada@bücher.example", "ada@xn--bcher-kva.example", true},
		{"ada@BÜCHER.example", "Ada@XN--BCHER-KVA.example", true},
		{"ada@example.com", "ada@example.org", false},
		{"ada@example.com", "eva@example.com", false},
		{"ada", "ADA", true},
		{"ada@xn--a.example", "ada@example.com", false},
		{"", "ada@example.com", false},
	} {
		if got := account.SameEmail(pair.a, pair.b); got != pair.same {
			t.Errorf("SameEmail(%q, %q) = %v, want %v", pair.a, pair.b, got, pair.same)
		}
	}
}

func TestASCIIEmail(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	domain := func(labels ...int) string {
		var b strings.Builder
		for _, n := range labels {
			b.WriteString(long(n) + ".")
		}
		return b.String() + "example"
	}
	for typed, want := range map[string]string{
		"ada@example.com":             "ada@example.com",
		"Ada.Lovelace+x@Example.COM":  "Ada.Lovelace+x@example.com",
		"ada@b\u00fccher.example":     "ada@xn--bcher-kva.example",
		"ada@B\u00dcCHER.example":     "ada@xn--bcher-kva.example",
		"ada@xn--bcher-kva.example":   "ada@xn--bcher-kva.example",
		"ada@\u4f8b\u5b50.example":    "ada@xn--fsqu00a.example",
		"ada@stra\u00dfe.example":     "ada@xn--strae-oqa.example",
		"ada@1.example":               "ada@1.example",
		long(64) + "@example.com":     long(64) + "@example.com",
		"a@" + long(63) + ".example":  "a@" + long(63) + ".example",
		"a@" + domain(63, 63, 63, 52): "a@" + domain(63, 63, 63, 52), // 254 bytes

		long(65) + "@example.com":                     "",
		"a@" + long(64) + ".example":                  "",
		"aa@" + domain(63, 63, 63, 52):                "", // 255 bytes
		"ada@\uff45xample.com":                        "", // full width
		"ada@example\u3002com":                        "", // ideographic full stop
		"ada@exam\u00adple.com":                       "", // soft hyphen
		"ada@exam\u200bple.com":                       "",
		"ada@exam\u200dple.com":                       "",
		"ada@bu\u0308cher.example":                    "", // not composed
		"ada@\u212aelvin.example":                     "", // Kelvin sign
		"ada@\u0130stanbul.example":                   "",
		"ada@\u2460.example":                          "", // circled one
		"ada@xn--a.example":                           "",
		"ada@192.0.2.1":                               "",
		"ada@example.1":                               "",
		"ada@localhost":                               "",
		"ada@example.com.":                            "",
		"ada@.example":                                "",
		"ada@-x.example":                              "",
		"ada@a_b.example":                             "",
		"ad\u00e4@example.com":                        "",
		strings.Repeat("\u00e9", 32) + "@example.com": "",
		".ada@example.com":                            "",
		"ada..b@example.com":                          "",
		"ada@eve@example.com":                         "",
		"Ada <ada@example.com>":                       "",
		"\"ada\"@example.com":                         "",
		"@example.com":                                "",
		"ada@":                                        "",
		"ada":                                         "",
		"":                                            "",
	} {
		got, ok := account.ASCIIEmail(typed)
		if ok != (want != "") || ok && got != want || account.IsEmail(typed) != ok {
			t.Errorf("ASCIIEmail(%q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
}
