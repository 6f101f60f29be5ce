package dovecot_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenantry/node/dovecot"
	"tenantry/node/gate"
)

type decider struct{}

func (decider) Decide(_ context.Context, host string) gate.Verdict {
	return gate.Verdict{Domain: host, Serve: host != "closed.example"}
}

func TestPolicyByLogin(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, command, login, want string }{
		{"open", "allow", "a@open.example", `{"status":0,"msg":""}`},
		{"closed", "allow", "a@closed.example", `{"status":-1,"msg":"The mail service for closed.example is suspended"}`},
		{"no domain", "allow", "root", `{"status":0,"msg":""}`},
		{"report", "report", "a@closed.example", `{"status":0,"msg":""}`},
	}
	for _, test := range tests {
		request := httptest.NewRequest(
			http.MethodPost,
			"/?command="+test.command,
			strings.NewReader(`{"login":"`+test.login+`"}`),
		)
		recorder := httptest.NewRecorder()
		(&dovecot.Policy{Decider: decider{}}).ServeHTTP(recorder, request)
		if got := strings.TrimSpace(recorder.Body.String()); recorder.Code != http.StatusOK || got != test.want {
			t.Errorf("%s: got %d %s, want %s", test.name, recorder.Code, got, test.want)
		}
	}
}

func TestDoveadmListsAndEnds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := filepath.Join(folder, "doveadm")
	text := "#!/bin/sh\necho \"$@\" >>" + folder + "/calls\n" +
		`printf 'username\tservice\tpid\tip\nb@x.example\timap\t(1)\t(::1)\na@x.example\timap\t(1)\t\na@x.example\tpop3\t(2)\t\n'` + "\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	d := dovecot.Doveadm{Command: []string{"/bin/sh", script, "-c", "file"}}
	logins, err := d.Logins(t.Context())
	if err != nil || !slices.Equal(logins, []string{"a@x.example", "b@x.example"}) {
		t.Errorf("got %v, %v", logins, err)
	}
	if err := d.End(t.Context(), "a@x.example"); err != nil {
		t.Error(err)
	}
	for _, login := range []string{"*@x.example", "a?@x.example", "-a"} {
		if err := d.End(t.Context(), login); err == nil {
			t.Errorf("%s was given to doveadm, which would end other sessions", login)
		}
	}
	calls, _ := os.ReadFile(filepath.Join(folder, "calls"))
	if want := "-c file -f tab who\n-c file kick a@x.example\n"; string(calls) != want {
		t.Errorf("got the calls %q, want %q", calls, want)
	}
}
