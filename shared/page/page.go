// Package page holds the cutting of lists into pages, and cursors that a caller can neither read nor change.
package page

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"tenantry/shared/fault"
)

// The limits of a page.
const (
	DefaultLimit = 25
	MaxLimit     = 100
)

// Page is a part of a list. A page may be short or even empty although there are more.
type Page[T any] struct {
	Items      []T
	NextCursor string // empty at the end
	Total      *int64 // of the whole list, where it is known
}

// Sealer encrypts cursors. A cursor is bound to its caller and query: taken elsewhere it does not open.
type Sealer struct {
	aead   cipher.AEAD
	random io.Reader
}

// NewSealer makes a sealer from a key of 32 bytes.
func NewSealer(key []byte, random io.Reader) (*Sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead, random: random}, nil
}

// Seal makes a cursor of a position in a list. The binding names the caller and the query.
func (s *Sealer) Seal(position any, binding ...string) (string, error) {
	plain, err := json.Marshal(position)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, bind(binding))), nil
}

// Open reads a cursor into position. A cursor that was forged, or sealed for another caller or query, is an InvalidRequest.
func (s *Sealer) Open(cursor string, position any, binding ...string) error {
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return badCursor()
	}
	nonce, text := sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, text, bind(binding))
	if err != nil || json.Unmarshal(plain, position) != nil {
		return badCursor()
	}
	return nil
}

func bind(parts []string) []byte {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return h.Sum(nil)
}

func badCursor() error {
	return fault.Invalid(fault.Field{
		Pointer: "cursor", Code: "cursor", Detail: "This cursor does not belong to this list; begin again without one.",
	})
}
