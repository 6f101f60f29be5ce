package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"tenantry/shared/fault"
)

func TestCursor(t *testing.T) {
	keyReads := 0
	sealer := NewSealer(func(context.Context) ([]byte, error) {
		keyReads++
		if keyReads == 1 {
			return nil, errors.New("outage")
		}
		return bytes.Repeat([]byte{7}, 32), nil
	}, rand.Reader)
	if _, err := sealer.Seal(t.Context(), "x"); err == nil {
		t.Error("a cursor was sealed without a key")
	}
	cursor, err := sealer.Seal(t.Context(), "a#secret-key", "caller", "query")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(cursor, "+/=") || strings.Contains(cursor, "secret") {
		t.Errorf("cursor %q is not safe in a URL, or shows the position", cursor)
	}
	var position string
	if err := sealer.Open(t.Context(), cursor, &position, "caller", "query"); err != nil || position != "a#secret-key" {
		t.Errorf("the cursor opens as %q, %v, want the position", position, err)
	}
	flipped := []byte(cursor)
	flipped[len(flipped)/2] ^= 1
	for name, open := range map[string]func() error{
		"another caller":   func() error { return sealer.Open(t.Context(), cursor, &position, "other", "query") },
		"another query":    func() error { return sealer.Open(t.Context(), cursor, &position, "caller", "other") },
		"shifted binding":  func() error { return sealer.Open(t.Context(), cursor, &position, "callerq", "uery") },
		"changed cursor":   func() error { return sealer.Open(t.Context(), string(flipped), &position, "caller", "query") },
		"truncated cursor": func() error { return sealer.Open(t.Context(), cursor[:10], &position, "caller", "query") },
		"not base64":       func() error { return sealer.Open(t.Context(), "%%%", &position, "caller", "query") },
	} {
		if err := open(); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s: error %v, want InvalidRequest", name, err)
		}
	}
	if keyReads != 2 {
		t.Errorf("the key was read %d times, want 2: once in the outage, once after it", keyReads)
	}
}
