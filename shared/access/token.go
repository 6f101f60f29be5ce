package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"strings"

	"tenantry/shared/account"
)

// Token is an opaque credential: hints that tell where to look, which nobody trusts, and a secret of 256 bits, of which
// only the hash is stored. Its text is `tny_<hints>.<secret>` (API tokens: `tnyapi_`), both base64url; hints are the account's id and its parents'.
type Token struct {
	Hints  []account.ID // the account, then its owner upwards, as they were when the token was made
	API    bool         // an API token, not a session's or a link's
	secret [32]byte
}

const (
	tokenPrefix    = "tny_"
	apiTokenPrefix = "tnyapi_"
)

// maxHints is the deepest chain: panel user, customer, reseller.
const maxHints = 3

// NewToken draws a token's secret from random.
func NewToken(random io.Reader, hints []account.ID) (Token, error) {
	t := Token{Hints: hints}
	_, err := io.ReadFull(random, t.secret[:])
	return t, err
}

// NewAPISecret draws an API token's secret from random.
func NewAPISecret(random io.Reader, hints []account.ID) (Token, error) {
	t, err := NewToken(random, hints)
	t.API = true
	return t, err
}

// ParseToken reads a token's text. It tells false for anything that is not the text of a token.
func ParseToken(text string) (Token, bool) {
	rest, found := strings.CutPrefix(text, tokenPrefix)
	isAPI := false
	if !found {
		rest, isAPI = strings.CutPrefix(text, apiTokenPrefix)
	}
	if !found && !isAPI || len(rest) > 400 {
		return Token{}, false
	}
	hints, secret, found := strings.Cut(rest, ".")
	if !found {
		return Token{}, false
	}
	names, err := base64.RawURLEncoding.DecodeString(hints)
	if err != nil {
		return Token{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	t := Token{API: isAPI}
	if err != nil || len(raw) != len(t.secret) {
		return Token{}, false
	}
	copy(t.secret[:], raw)
	for name := range strings.SplitSeq(string(names), " ") {
		id := account.ID(name)
		if !id.WellFormed() || len(t.Hints) == maxHints {
			return Token{}, false
		}
		t.Hints = append(t.Hints, id)
	}
	return t, true
}

// Text returns the token as the caller keeps it.
func (t Token) Text() string {
	names := make([]string, len(t.Hints))
	for i, id := range t.Hints {
		names[i] = string(id)
	}
	prefix := tokenPrefix
	if t.API {
		prefix = apiTokenPrefix
	}
	return prefix + base64.RawURLEncoding.EncodeToString([]byte(strings.Join(names, " "))) +
		"." + base64.RawURLEncoding.EncodeToString(t.secret[:])
}

// Place is where what a token leads to is found.
type Place struct {
	Hints []account.ID
	Hash  string
	API   bool
}

// Place returns where what the token leads to is found.
func (t Token) Place() Place { return Place{Hints: t.Hints, Hash: t.Hash(), API: t.API} }

// Hash returns what is stored of the token.
func (t Token) Hash() string { return t.derive("token") }

// CSRFToken returns what a browser must repeat in X-CSRF-Token with every change that it makes by cookie. It can be told
// from the token only, so it needs no storage.
func (t Token) CSRFToken() string { return t.derive("csrf") }

// CSRFMatches compares in constant time.
func (t Token) CSRFMatches(given string) bool {
	return subtle.ConstantTimeCompare([]byte(t.CSRFToken()), []byte(given)) == 1
}

func (t Token) derive(purpose string) string {
	sum := sha256.Sum256(append([]byte("tenantry "+purpose+"\x00"), t.secret[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// String keeps tokens out of logs.
func (t Token) String() string { return "token" }

// GoString keeps tokens out of logs.
func (t Token) GoString() string { return "token" }
