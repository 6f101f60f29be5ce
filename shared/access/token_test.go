package access

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/account"
)

const (
	aCustomer account.ID = "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"
	aReseller account.ID = "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"
)

func TestToken(t *testing.T) {
	token, err := NewToken(rand.Reader, []account.ID{aCustomer, aReseller})
	if err != nil {
		t.Fatal(err)
	}
	read, ok := ParseToken(token.Text())
	if !ok || read.Hash() != token.Hash() || len(read.Hints) != 2 || read.Hints[1] != aReseller {
		t.Errorf("got the hints %v, %v, want %v and the same hash", read.Hints, ok, token.Hints)
	}
	other, _ := NewToken(rand.Reader, token.Hints)
	switch {
	case other.Hash() == token.Hash():
		t.Error("got the same hash for two tokens, want different hashes")
	case token.Hash() == token.CSRFToken() || !token.CSRFMatches(token.CSRFToken()) || token.CSRFMatches(other.CSRFToken()) || token.CSRFMatches(""):
		t.Error("the CSRF token must differ from the hash and match its own token only")
	case strings.Contains(fmt.Sprintf("%v %+v %#v %s", token, token, token, token), token.Text()[80:]):
		t.Error("got the secret in the printed token, want it hidden")
	}
}

func TestParseTokenRejectsInvalidText(t *testing.T) {
	token, _ := NewToken(rand.Reader, []account.ID{aCustomer})
	text := token.Text()
	hints, secret, _ := strings.Cut(strings.TrimPrefix(text, tokenPrefix), ".")
	deep, _ := NewToken(rand.Reader, []account.ID{aCustomer, aCustomer, aCustomer, aCustomer})
	foreign, _ := NewToken(rand.Reader, []account.ID{"administrator"})
	for _, bad := range []string{
		"", "tny_", text + "A", text[:len(text)-1], "Tny_" + text[4:], tokenPrefix + hints, tokenPrefix + "." + secret,
		tokenPrefix + hints + "." + secret + "." + secret, deep.Text(), foreign.Text(), tokenPrefix + strings.Repeat("A", 500) + "." + secret,
	} {
		if _, ok := ParseToken(bad); ok {
			t.Errorf("ParseToken(%q) succeeds, want it rejected", bad)
		}
	}
}
