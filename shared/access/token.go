package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"strings"

	"tenantry/shared/account"
)

// Token is an opaque credential. It has hints, which say where to look and are never trusted, and a secret of 256 bits,
// of which only the hash is stored. Its text is `tny_<hints>.<secret>` (API tokens: `tnyapi_`), both in base64url. The
// hints are the ids of the account and of the accounts above it.
type Token struct {
	Hints  []account.ID // the account, its owner, and so on, as they were when the token was made
	API    bool         // whether this is an API token; other tokens are of sessions and links
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

// ParseToken parses the text of a token, and reports whether the text is well-formed.
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

// Text returns the token's text, as the caller keeps it.
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

// Locator says where the store finds a credential.
type Locator struct {
	Hints []account.ID
	Hash  string
	API   bool
}

// Locator returns where the store finds the token's credential.
func (t Token) Locator() Locator { return Locator{Hints: t.Hints, Hash: t.Hash(), API: t.API} }

// Hash returns the hash under which the token is stored.
func (t Token) Hash() string { return t.derive("token") }

// CSRFToken returns what a browser must send in X-CSRF-Token with every change that it makes by cookie. It is derived
// from the token and needs no storage.
func (t Token) CSRFToken() string { return t.derive("csrf") }

// CSRFMatches reports whether a CSRF token is this token's. It compares in constant time.
func (t Token) CSRFMatches(csrfToken string) bool {
	return subtle.ConstantTimeCompare([]byte(t.CSRFToken()), []byte(csrfToken)) == 1
}

func (t Token) derive(purpose string) string {
	sum := sha256.Sum256(append([]byte("tenantry "+purpose+"\x00"), t.secret[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// String returns a constant, which keeps secrets out of logs.
func (t Token) String() string { return "token" }

// GoString returns a constant, which keeps secrets out of logs.
func (t Token) GoString() string { return "token" }
