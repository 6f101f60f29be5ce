package account_test

import (
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
			t.Errorf("SameEmail(%q, %q) = %v", pair.a, pair.b, got)
		}
	}
}
