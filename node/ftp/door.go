package ftp

import (
	"context"

	"tenantry/node/gate"
)

// Door says whether a login may use FTP.
type Door struct {
	Logins  *Logins
	Decider interface {
		Decide(ctx context.Context, host string) gate.Verdict
		Last(host string) gate.Verdict
	}
	RefuseUnmapped bool // refuse logins that belong to no domain
}

// Decide says whether a login may sign in. A login without a domain has the state Unknown.
func (d *Door) Decide(ctx context.Context, login string) (gate.Verdict, error) {
	return d.judge(login, func(domain string) gate.Verdict { return d.Decider.Decide(ctx, domain) })
}

// IsRefused reports whether the login's sessions are to be ended, by the last known state.
func (d *Door) IsRefused(login string) bool {
	verdict, err := d.judge(login, d.Decider.Last)
	return err == nil && (verdict.State == gate.Closed || verdict.State == gate.Removed)
}

func (d *Door) judge(login string, decide func(domain string) gate.Verdict) (gate.Verdict, error) {
	domain, err := d.Logins.Domain(login)
	if err != nil {
		return gate.Verdict{}, err
	}
	if domain == "" {
		return gate.Verdict{State: gate.Unknown, Serve: !d.RefuseUnmapped}, nil
	}
	return decide(domain), nil
}
