// Package idempotency makes a retried request take effect only once.
//
// A caller names a write with an Idempotency-Key. The record of the key is written in the transaction of the effect, so
// there is never one without the other. A duplicate, even a concurrent one, is answered with the first answer.
package idempotency

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"tenantry/shared/fault"
)

// Lifetime is how long a key is remembered.
const Lifetime = 24 * time.Hour

// Key identifies one write of one caller. The zero Key is that of a write without an Idempotency-Key.
type Key struct {
	Name        string // a keyed hash of the caller, the operation and the header
	Fingerprint string // a keyed hash of the target and the body
	seal        string // the key of the answer; it is never stored
}

// Secret keys the hashes of a Key. A body may hold a password, and a name has a caller's address. Without the secret
// nobody who reads records can guess them.
type Secret []byte

// NewSecret derives the secret from a key of the service. It is the same wherever and whenever it is derived from that
// key.
func NewSecret(key []byte) (Secret, error) {
	return hkdf.Expand(sha256.New, key, "tenantry once fingerprint", sha256.Size)
}

// NewKey returns the key of a write. It returns the zero Key if the caller gave no key.
func (s Secret) NewKey(caller, operation, key string, target string, body []byte) Key {
	if key == "" {
		return Key{}
	}
	return Key{
		Name:        base64.RawURLEncoding.EncodeToString(s.hash("name", caller, operation, key)),
		Fingerprint: s.fingerprint(target, body),
		seal:        string(s.hash("answer", caller, operation, key)),
	}
}

// hash returns a keyed hash of the parts for a purpose.
func (s Secret) hash(purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, s)
	for _, part := range append([]string{purpose}, parts...) {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return h.Sum(nil)
}

func (s Secret) fingerprint(target string, body []byte) string {
	of := sha256.Sum256([]byte(target))
	h := hmac.New(sha256.New, s)
	h.Write(of[:])
	h.Write(body)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// IsSet reports whether the caller gave a key.
func (k Key) IsSet() bool { return k.Name != "" }

// Record is what is remembered of a write that took effect.
type Record struct {
	Key       Key
	Answer    []byte // sealed with the key; nil if the answer contained a secret
	ExpiresAt time.Time
}

// NewRecord returns the record of a request with its answer. It returns nil if the request has no key. It panics if the
// answer cannot be encoded: answers are types of this module, so that is a defect.
func NewRecord(key Key, answer any, now time.Time) *Record {
	if !key.IsSet() {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return &Record{Key: key, Answer: key.sealAnswer(text), ExpiresAt: now.Add(Lifetime)}
}

// SecretRecord returns the record of a request whose answer holds a secret: it does without the answer. It returns nil
// if the request has no key.
func SecretRecord(key Key, now time.Time) *Record {
	if !key.IsSet() {
		return nil
	}
	return &Record{Key: key, ExpiresAt: now.Add(Lifetime)}
}

// Replayed is the error of a write that has already taken effect under the same key. Nothing was written.
type Replayed struct{ First Record }

// Error says that the write was a duplicate.
func (r *Replayed) Error() string { return "this request has already taken effect" }

// Answer returns the answer of a request whose write ended with err: its own, or the first one if the request is a
// duplicate. Errors: fault.InvalidRequest if the key was used with another body; fault.SecretShownOnce if the first
// answer held a secret; err.
func Answer[A any](answer A, key Key, err error) (A, error) {
	if err == nil {
		return answer, nil
	}
	if replayed, isDuplicate := errors.AsType[*Replayed](err); isDuplicate {
		return Replay[A](replayed.First, key)
	}
	var none A
	return none, err
}

// Replay returns the first answer to the request.
func Replay[T any](first Record, key Key) (answer T, err error) {
	switch {
	case first.Key.Fingerprint != key.Fingerprint:
		return answer, fault.Invalid(fault.Field{
			Pointer: "Idempotency-Key",
			Code:    "key-reused",
			Detail:  "This key was used for another request within the last 24 hours. Use a new key.",
		})
	case first.Answer == nil:
		return answer, fault.New(
			fault.SecretShownOnce,
			"This request has already taken effect. Its answer contained a secret, which is shown only once.",
		)
	}
	text, err := key.openAnswer(first.Answer)
	if err != nil {
		return answer, err
	}
	err = json.Unmarshal(text, &answer)
	return answer, err
}
