// Package page has pages of lists and their cursors. Callers can neither read nor change a cursor.
package page

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"tenantry/shared/fault"
)

// How many items a page has if the request does not say, and how many it may have.
const (
	DefaultLimit = 25
	MaxLimit     = 100
)

// Page is one page of a list. A page may be short, or even empty, although more pages follow.
type Page[T any] struct {
	Items      []T
	NextCursor string // empty on the last page
	Total      *int64 // number of items in the whole list; nil if unknown
}

// Sealer encrypts cursors with AES-GCM (ADR 6). A cursor is bound to its caller and query: it is invalid for other
// callers and queries.
type Sealer struct {
	key    func(ctx context.Context) ([]byte, error)
	random io.Reader

	mu   sync.Mutex
	aead cipher.AEAD
}

// NewSealer returns a sealer. It calls key for the key of 32 bytes when it needs it for the first time.
func NewSealer(key func(ctx context.Context) ([]byte, error), random io.Reader) *Sealer {
	return &Sealer{key: key, random: random}
}

func (s *Sealer) cipher(ctx context.Context) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.aead != nil {
		return s.aead, nil
	}
	key, err := s.key(ctx)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	s.aead, err = cipher.NewGCM(block)
	return s.aead, err
}

// Seal returns a cursor for a position in a list. The binding names the caller and the query.
func (s *Sealer) Seal(ctx context.Context, position any, binding ...string) (string, error) {
	aead, err := s.cipher(ctx)
	if err != nil {
		return "", err
	}
	plaintext, err := json.Marshal(position)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plaintext)+aead.Overhead())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plaintext, additionalData(binding))), nil
}

// Open decrypts a cursor into position. It returns fault.InvalidRequest if the cursor was forged, or sealed for another
// caller or query.
func (s *Sealer) Open(ctx context.Context, cursor string, position any, binding ...string) error {
	aead, err := s.cipher(ctx)
	if err != nil {
		return err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(sealed) < aead.NonceSize() {
		return invalidCursor()
	}
	nonce, ciphertext := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	plaintext, err := aead.Open(nil, nonce, ciphertext, additionalData(binding))
	if err != nil || json.Unmarshal(plaintext, position) != nil {
		return invalidCursor()
	}
	return nil
}

// additionalData returns the data that GCM authenticates together with the cursor.
func additionalData(binding []string) []byte {
	h := sha256.New()
	for _, part := range binding {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return h.Sum(nil)
}

func invalidCursor() error {
	return fault.Invalid(fault.Field{
		Pointer: "cursor", Code: "cursor", Detail: "This cursor does not belong to this list. Start again without a cursor.",
	})
}
