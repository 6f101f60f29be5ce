package postfix_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"tenantry/node/gate"
	"tenantry/node/postfix"
)

// decider closes closed.example. It notes the domains that the service would be asked about.
type decider struct {
	mu    sync.Mutex
	asked []string
}

func (d *decider) Decide(ctx context.Context, host string) gate.Verdict {
	d.mu.Lock()
	d.asked = append(d.asked, host)
	d.mu.Unlock()
	return d.DecideKnown(ctx, host)
}

func (d *decider) DecideKnown(_ context.Context, host string) gate.Verdict {
	return gate.Verdict{Domain: host, Serve: gate.ParseDomain(host) != "closed.example"}
}

func TestActionByAddresses(t *testing.T) {
	t.Parallel()
	const deferral = "action=DEFER 4.7.1 Mail service for closed.example is suspended; try again later"
	tests := []struct{ name, sender, recipient, login, want, asked string }{
		{"stranger to an open domain", "x@internet.example", "a@open.example", "", "action=DUNNO", "[open.example]"},
		{"stranger to a closed domain", "x@internet.example", "a@closed.example", "", deferral, "[closed.example]"},
		{"stranger who claims to be of a closed domain", "a@closed.example", "a@open.example", "", deferral, "[]"},
		{"bounce", "", "a@open.example", "", "action=DUNNO", "[open.example]"},
		{
			"user to the Internet",
			"a@open.example",
			"x@internet.example",
			"a@open.example",
			"action=DUNNO",
			"[open.example open.example]",
		},
		{"user of a closed domain", "a@open.example", "x@internet.example", "a@closed.example", deferral, "[closed.example]"},
		{
			"user in the name of a closed domain",
			"a@closed.example",
			"x@internet.example",
			"a@open.example",
			deferral,
			"[open.example closed.example]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := &decider{}
			got := converse(t, &postfix.Server{Decider: d}, test.sender, test.recipient, test.login)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if asked := fmt.Sprint(d.asked); asked != test.asked {
				t.Errorf("asked the service about %s, want %s", asked, test.asked)
			}
		})
	}
}

func TestRejectIsForGood(t *testing.T) {
	t.Parallel()
	got := converse(t, &postfix.Server{Decider: &decider{}, Reject: true}, "", "a@closed.example", "")
	if !strings.HasPrefix(got, "action=REJECT 5.7.1 ") {
		t.Errorf("got %q, want REJECT", got)
	}
}

// converse sends two requests over one connection, and returns the answer to the second.
func converse(t *testing.T, server *postfix.Server, sender, recipient, login string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(t.Context(), listener)
	}()
	defer func() {
		_ = listener.Close()
		<-done
	}()
	connection, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	reader := bufio.NewReader(connection)
	answer := ""
	for _, request := range []string{
		"request=smtpd_access_policy\nprotocol_state=CONNECT\n\n",
		fmt.Sprintf("request=smtpd_access_policy\nsender=%s\nrecipient=%s\nsasl_username=%s\n\n", sender, recipient, login),
	} {
		fmt.Fprint(connection, request)
		if answer, err = reader.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if end, _ := reader.ReadString('\n'); end != "\n" {
			t.Errorf("the answer ends with %q, want an empty line", end)
		}
	}
	return strings.TrimSuffix(answer, "\n")
}
