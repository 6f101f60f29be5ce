package idempotency

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
)

// Answers contain personal data, and a record outlives an account that is removed. So an answer is sealed with a key
// that is made from the request's own Idempotency-Key, which is not stored: only a repeated request can open it (ADR 38).

// sealAnswer encrypts an answer. The nonce is a hash of the answer, so two different answers of one key never share a
// nonce.
func (k Key) sealAnswer(text []byte) []byte {
	h := hmac.New(sha256.New, k.sealKey("nonce"))
	h.Write(text)
	aead := k.aead()
	nonce := h.Sum(nil)[:aead.NonceSize()]
	return aead.Seal(nonce, nonce, text, []byte(k.Name))
}

// openAnswer decrypts an answer. It returns an error if the answer was sealed with another key.
func (k Key) openAnswer(sealed []byte) ([]byte, error) {
	aead := k.aead()
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("the answer of a request is damaged")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(k.Name))
}

func (k Key) sealKey(purpose string) []byte { return Secret(k.seal).hash(purpose) }

// aead returns the cipher of the key's answers. It panics on errors, which only another length of key can cause.
func (k Key) aead() cipher.AEAD {
	block, err := aes.NewCipher(k.sealKey("cipher"))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}
