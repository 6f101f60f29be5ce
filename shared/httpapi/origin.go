package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
)

// Headers that the edge stack sets. It replaces those that a caller sends.
const (
	originSecretHeader  = "X-Origin-Secret"
	viewerAddressHeader = "X-Viewer-Address"
)

// OriginHashes are the SHA-256 hashes of the secrets by which the function knows that a request has come through the edge
// stack. While the secret changes, there are two. Without hashes, no request has.
type OriginHashes [][]byte

// ParseOriginHashes reads hashes in hexadecimal. It returns an error if a text is none.
func ParseOriginHashes(texts []string) (OriginHashes, error) {
	var hashes OriginHashes
	for _, text := range texts {
		hash, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil || len(hash) != sha256.Size {
			return nil, fmt.Errorf("the origin hash %d is not a SHA-256 hash in hexadecimal", len(hashes)+1)
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// match reports whether a secret has one of the hashes.
func (h OriginHashes) match(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	matches := false
	for _, hash := range h {
		matches = subtle.ConstantTimeCompare(sum[:], hash) == 1 || matches
	}
	return matches
}

// readViewer sets the caller's address to the one that the edge stack saw, if the request has the stack's secret. Anybody
// can send the other header, so it means nothing without the secret. Neither header is passed on.
func (r *request) readViewer(hashes OriginHashes) {
	secret, viewer := r.header.Get(originSecretHeader), r.header.Get(viewerAddressHeader)
	r.header.Del(originSecretHeader)
	r.header.Del(viewerAddressHeader)
	if secret == "" || !hashes.match(secret) {
		return
	}
	if address, err := netip.ParseAddr(viewer); err == nil {
		r.address = address.Unmap().WithZone("").String()
	}
}
