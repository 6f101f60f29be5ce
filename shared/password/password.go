// Package password hashes passwords and checks new passwords against the policy.
package password

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// cost holds the cost parameters of an argon2id hash.
type cost struct {
	memoryKiB uint32
	passes    uint32
	lanes     uint8
}

// currentCost is the minimum that the OWASP Password Storage Cheat Sheet recommends.
var currentCost = cost{memoryKiB: 19 * 1024, passes: 2, lanes: 1}

const (
	saltSize = 16
	keySize  = 32
)

// Hasher creates and checks argon2id hashes.
type Hasher struct{ Random io.Reader }

// Hash returns the password's hash with its salt and cost, in the PHC string format.
func (h Hasher) Hash(password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.Random, salt); err != nil {
		return "", err
	}
	return encode(currentCost, salt, derive(password, salt, currentCost)), nil
}

// decoy is the hash that Matches computes with if there is no valid hash. An unknown account then takes as long as a
// wrong password.
var decoy = encode(currentCost, make([]byte, saltSize), make([]byte, keySize))

// Matches reports whether the hash is a hash of the password. An empty or invalid hash matches no password, and the
// check takes as long as with a valid hash.
func (h Hasher) Matches(hash, password string) bool {
	c, salt, key, err := decode(hash)
	if err != nil {
		c, salt, key, _ = decode(decoy)
		subtle.ConstantTimeCompare(derive(password, salt, c), key)
		return false
	}
	return subtle.ConstantTimeCompare(derive(password, salt, c), key) == 1
}

func derive(password string, salt []byte, c cost) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.passes, c.memoryKiB, c.lanes, keySize)
}

var b64 = base64.RawStdEncoding.Strict()

func encode(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.lanes,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(hash string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return c, nil, nil, fmt.Errorf("not an argon2id hash")
	}
	var version int
	if _, err = fmt.Sscanf(
		parts[2]+" "+parts[3],
		"v=%d m=%d,t=%d,p=%d",
		&version,
		&c.memoryKiB,
		&c.passes,
		&c.lanes,
	); err != nil {
		return c, nil, nil, err
	}
	if salt, err = b64.DecodeString(parts[4]); err != nil {
		return c, nil, nil, err
	}
	key, err = b64.DecodeString(parts[5])
	return c, salt, key, err
}
