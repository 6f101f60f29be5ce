package gate_test

import (
	"testing"

	"tenantry/node/gate"
)

func TestParseDomain(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"a.example": "a.example", "A.Example.": "a.example", "a.example:8080": "a.example",
		"münchen.example": "xn--mnchen-3ya.example", "XN--MNCHEN-3YA.example": "xn--mnchen-3ya.example",
		"foo_bar.a.example": "foo_bar.a.example", "localhost": "", "127.0.0.1": "", "127.0.0.1:80": "", "[::1]:80": "",
		"": "", "a b.example": "", "a.example/../b": "", "::1": "",
	} {
		if got := gate.ParseDomain(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

func TestJudgeAsksTheDomainAbove(t *testing.T) {
	t.Parallel()
	closed, open := &gate.Known{}, &gate.Known{Answer: gate.Answer{Open: true}}
	known := map[string]*gate.Known{
		"closed.co.uk":     closed,
		"own.closed.co.uk": open,
		"co.uk":            closed,
		"hosting.example":  closed,
	}
	for _, test := range []struct {
		host  string
		rules gate.Rules
		state gate.State
		serve bool
	}{
		{"closed.co.uk", gate.Rules{}, gate.Closed, false},
		{"www.closed.co.uk", gate.Rules{}, gate.Closed, false},
		{"a.b.c_d.closed.co.uk", gate.Rules{}, gate.Closed, false},
		{"own.closed.co.uk", gate.Rules{}, gate.Open, true},
		{"www.closed.co.uk", gate.Rules{ExactOnly: true}, gate.Unknown, true},
		{"other.co.uk", gate.Rules{}, gate.Unknown, true}, // a public suffix is nobody's website
		{"other.co.uk", gate.Rules{RefuseUnknown: true}, gate.Unknown, false},
		{"not a host", gate.Rules{RefuseUnknown: true}, gate.Unknown, false},
	} {
		verdict := test.rules.Judge(test.host, func(domain string) *gate.Known { return known[domain] })
		if verdict.State != test.state || verdict.Serve != test.serve {
			t.Errorf("%s: got %s, serve %v; want %s, %v", test.host, verdict.State, verdict.Serve, test.state, test.serve)
		}
	}
}
