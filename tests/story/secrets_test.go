package story

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// logsHaveNoPersonalData searches the logs of the functions and the front door for the secrets and the personal data of
// this story. It does not read the log of the emulator, which stands for AWS services and logs the recipients of mails.
func logsHaveNoPersonalData(t *testing.T, s *story) {
	folder := filepath.Join(filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS")), "log")
	logs := []string{filepath.Join(folder, "functions.log"), filepath.Join(folder, "supervisor.log")}
	secrets := []string{
		s.password,
		s.stack.Password,
		s.north.Token,
		s.admin.Token,
		"tny_",
		"tnyapi_",
		"argon2", // secrets
		s.run + "@example.com",
		s.login("north"),
		names[0],
		names[1],
		"pays nothing",
		"a note by north",
		"Please call us", // personal data
		searchedName,
		"GRUNSPECHT", // what was searched
	}
	hasCaller, hasAddress := false, false
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		hasCaller = hasCaller || strings.Contains(string(text), s.north.ID)
		hasAddress = hasAddress || strings.Contains(string(text), `"address":"127.`)
		for _, secret := range secrets {
			if at := strings.Index(string(text), secret); at >= 0 {
				t.Errorf("%s contains %q: …%.200s", filepath.Base(path), secret, text[max(0, at-100):])
			}
		}
	}
	if !hasAddress {
		t.Error("the logs do not contain the network addresses of callers")
	}
	if !hasCaller {
		t.Errorf("the logs do not contain the callers of this story; are they the logs of another stack?")
	}
}
