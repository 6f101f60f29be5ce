// Package web answers web servers: whether to serve a domain, and the page that visitors of a closed website see.
package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"tenantry/node/gate"
)

// Handler serves web servers.
type Handler struct {
	Decider interface {
		Decide(ctx context.Context, host string) gate.Verdict
	}
	// Now returns the service's time, or false if it is not known.
	Now func() (time.Time, bool)
}

// Routes returns the paths:
//   - /check answers 204 or 403, for `auth_request` of nginx. The domain is the parameter `domain`, otherwise Host.
//   - /page answers 503 with the page for visitors of a closed website. If the domain is open, it answers 403: the
//     web server itself has refused the request.
//   - /forward-auth answers 200, or the page. Traefik and Caddy pass it on to the visitor. The domain is
//     X-Forwarded-Host, which they set.
func (h *Handler) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/check", h.check)
	mux.HandleFunc("/page", h.page)
	mux.HandleFunc("/forward-auth", h.forwardAuth)
	return mux
}

// StateHeader has the state of the domain.
const StateHeader = "X-Tenantry-State"

func (h *Handler) check(w http.ResponseWriter, r *http.Request) {
	verdict := h.Decider.Decide(r.Context(), askedDomain(r))
	w.Header()[StateHeader] = []string{string(verdict.State)}
	if verdict.Serve {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusForbidden)
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request) {
	verdict := h.Decider.Decide(r.Context(), askedDomain(r))
	if verdict.Serve {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "403 Forbidden", http.StatusForbidden)
		return
	}
	h.writePage(w, r, verdict)
}

func (h *Handler) forwardAuth(w http.ResponseWriter, r *http.Request) {
	verdict := h.Decider.Decide(r.Context(), r.Header.Get("X-Forwarded-Host"))
	if verdict.Serve {
		w.Header()[StateHeader] = []string{string(verdict.State)}
		return
	}
	h.writePage(w, r, verdict)
}

// askedDomain returns the domain in question. Headers that a visitor could send do not count. nginx may pass the name of
// a server with a wildcard.
func askedDomain(r *http.Request) string {
	domain := r.Host
	if r.URL.RawQuery != "" {
		if given := r.URL.Query().Get("domain"); given != "" {
			domain = given
		}
	}
	return strings.TrimPrefix(strings.TrimPrefix(domain, "*"), ".")
}
