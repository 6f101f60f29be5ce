// Package dovecot answers Dovecot's authentication policy client, which refuses sign-ins of closed domains, and ends open
// sessions through doveadm.
package dovecot

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"tenantry/node/gate"
)

const maxRequest = 64 << 10

// Policy answers Dovecot's authentication policy client.
type Policy struct {
	Decider interface {
		Decide(ctx context.Context, host string) gate.Verdict
	}
}

// response is what Dovecot expects. A negative status refuses the sign-in.
type response struct {
	Status  int    `json:"status"`
	Message string `json:"msg"`
}

// ServeHTTP answers `POST /?command=allow`. Reports of sign-ins are accepted and not used.
func (p *Policy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	var request struct {
		Login string `json:"login"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&request); err != nil {
		http.Error(w, "the body must be JSON", http.StatusBadRequest)
		return
	}
	var answer response
	if r.URL.Query().Get("command") != "report" {
		answer = p.answer(r.Context(), request.Login)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// answer refuses logins of closed domains. A login without a domain is not the node's.
func (p *Policy) answer(ctx context.Context, login string) response {
	_, domain, found := strings.Cut(login, "@")
	if !found {
		return response{}
	}
	if verdict := p.Decider.Decide(ctx, domain); !verdict.Serve {
		return response{Status: -1, Message: "The mail service for " + verdict.Domain + " is suspended"}
	}
	return response{}
}
