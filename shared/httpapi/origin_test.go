package httpapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"tenantry/shared/httpapi"
)

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// The limits of attempts count the caller's address. A caller that could choose it would have no limit.
func TestCallersAddress(t *testing.T) {
	const gateway, viewer = "203.0.113.9", "198.51.100.7"
	both := []string{hashOf("new secret"), hashOf("old secret")}
	for name, c := range map[string]struct {
		hashes         []string
		secret, viewer string
		want           string
	}{
		"through the edge":                  {both, "new secret", viewer, viewer},
		"while the secret changes":          {both, "old secret", viewer, viewer},
		"IPv6":                              {both, "new secret", "2001:db8::1", "2001:db8::1"},
		"IPv4 written as IPv6":              {both, "new secret", "::ffff:198.51.100.7", viewer},
		"around the edge":                   {both, "", viewer, gateway},
		"with a guessed secret":             {both, "guess", viewer, gateway},
		"with the hash instead":             {both, both[0], viewer, gateway},
		"without an edge":                   {nil, "new secret", viewer, gateway},
		"without an edge, and no secret":    {nil, "", viewer, gateway},
		"through the edge, without address": {both, "new secret", "", gateway},
		"through the edge, with nonsense":   {both, "new secret", "127.0.0.1, 10.0.0.1", gateway},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			hashes, err := httpapi.ParseOriginHashes(c.hashes)
			if err != nil {
				t.Fatal(err)
			}
			event := request("GET", "/v1/things/t1", bearer(w.reseller))
			event.RequestContext.HTTP.SourceIP = gateway
			event.Headers["x-origin-secret"], event.Headers["x-viewer-address"] = c.secret, c.viewer
			config := w.config()
			config.OriginHashes = hashes
			if _, err := httpapi.Handler(config, w.get())(t.Context(), event); err != nil {
				t.Fatal(err)
			}
			if w.call.Address != c.want {
				t.Errorf("the address is %q, want %q", w.call.Address, c.want)
			}
			if c.secret != "" && strings.Contains(w.log.String(), c.secret) {
				t.Errorf("the log contains the secret: %s", &w.log)
			}
			if !strings.Contains(w.log.String(), `"address":"`+c.want+`"`) {
				t.Errorf("the log is %s, want the address %s", &w.log, c.want)
			}
		})
	}
}

func TestParseOriginHashesRejectsOtherTexts(t *testing.T) {
	for _, text := range []string{"", "secret", hashOf("x")[:62], strings.Repeat("g", 64)} {
		if hashes, err := httpapi.ParseOriginHashes([]string{text}); err == nil {
			t.Errorf("%q is accepted as %x, want an error", text, hashes)
		}
	}
}
