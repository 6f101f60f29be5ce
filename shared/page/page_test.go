package page

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"tenantry/shared/fault"
)

func TestCursor(t *testing.T) {
	sealer, err := NewSealer(bytes.Repeat([]byte{7}, 32), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := sealer.Seal("a#secret-key", "caller", "query")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(cursor, "+/=") || strings.Contains(cursor, "secret") {
		t.Errorf("cursor %q", cursor)
	}
	var position string
	if err := sealer.Open(cursor, &position, "caller", "query"); err != nil || position != "a#secret-key" {
		t.Errorf("%q %v", position, err)
	}
	flipped := []byte(cursor)
	flipped[len(flipped)/2] ^= 1
	for name, open := range map[string]func() error{
		"another caller":   func() error { return sealer.Open(cursor, &position, "thief", "query") },
		"another query":    func() error { return sealer.Open(cursor, &position, "caller", "other") },
		"shifted binding":  func() error { return sealer.Open(cursor, &position, "callerq", "uery") },
		"changed":          func() error { return sealer.Open(string(flipped), &position, "caller", "query") },
		"cut":              func() error { return sealer.Open(cursor[:10], &position, "caller", "query") },
		"no cursor at all": func() error { return sealer.Open("%%%", &position, "caller", "query") },
	} {
		if err := open(); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
