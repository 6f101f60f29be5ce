package story

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nothingPersonalIsLogged looks through all that the functions and the front door have logged for what this story has said and
// been told. The emulator, which stands for AWS's own services, writes down whom its post office sends to.
func nothingPersonalIsLogged(t *testing.T, s *story) {
	folder := filepath.Join(filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS")), "log")
	logs := []string{filepath.Join(folder, "functions.log"), filepath.Join(folder, "supervisor.log")}
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
