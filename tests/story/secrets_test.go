package story

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nothingPersonalIsLogged looks through all that the local stack has logged for what this story has said and been told.
func nothingPersonalIsLogged(t *testing.T, s *story) {
	logs, err := filepath.Glob(filepath.Join(filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS")), "log", "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	if len(logs) == 0 {
		t.Skip("the stack keeps its logs elsewhere")
	}
	secrets := []string{
		s.password, s.stack.Password, s.north.Token, s.admin.Token, "tny_", "tnyapi_", "argon2", // secrets
		s.run + "@example.com", s.login("north"), names[0], names[1], "pays nothing", "a note by north", "Please call us", // persons and what is said of them
	}
	seen := false
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		seen = seen || strings.Contains(string(text), s.north.ID)
		for _, secret := range secrets {
			if at := strings.Index(string(text), secret); at >= 0 {
				t.Errorf("%s has %q: …%.200s", filepath.Base(path), secret, text[max(0, at-100):])
			}
		}
	}
	if !seen {
		t.Errorf("the logs do not know this story's callers: is the test looking at the right ones?")
	}
}
