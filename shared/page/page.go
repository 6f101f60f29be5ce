// Package page holds the cutting of lists into pages, and cursors that a caller can neither read nor change.
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

// DefaultLimit is how long a page is that nobody asks otherwise of, MaxLimit how long one may be.
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
	key    func(ctx context.Context) ([]byte, error)
	random io.Reader

	mu   sync.Mutex
	aead cipher.AEAD
}

// NewSealer makes a sealer. Its key, of 32 bytes, is fetched when it is first needed, and kept.
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

// Seal makes a cursor of a position in a list. The binding names the caller and the query.
func (s *Sealer) Seal(ctx context.Context, position any, binding ...string) (string, error) {
	aead, err := s.cipher(ctx)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(position)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, bind(binding))), nil
}

// Open reads a cursor into position. A cursor that was forged, or sealed for another caller or query, is an InvalidRequest.
func (s *Sealer) Open(ctx context.Context, cursor string, position any, binding ...string) error {
	aead, err := s.cipher(ctx)
	if err != nil {
		return err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(sealed) < aead.NonceSize() {
		return badCursor()
	}
	nonce, text := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, text, bind(binding))
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
		Pointer: "cursor", Code: "cursor", Detail: "This cursor does not belong to this list. Start again without a cursor.",
	})
}
