// Package admin serves the node's own commands and the collector of metrics.
package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tenantry/node/gate"
)

// Status is what `tenantry-node status` shows.
type Status struct {
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Service  string    `json:"service"`
	Healthy  bool      `json:"healthy"`
	Problems []string  `json:"problems"` // what an administrator should know, worst first

	LastRead *time.Time `json:"lastRead,omitempty"` // when the feed was read last
	IsDenied bool       `json:"denied"`             // the service rejects the API token

	Domains  int `json:"domains"`
	Closed   int `json:"closed"`
	Removed  int `json:"removed"`
	Absent   int `json:"absent"`
	Outdated int `json:"outdated"`
	Queued   int `json:"queued"`

	Counters gate.Counters `json:"counters"`
}

// IsHealthy reports whether the node follows the service.
func (s *Status) IsHealthy() bool { return len(s.Problems) == 0 }

// Source has what the status is made of.
type Source struct {
	Version string
	Service string
	Started time.Time
	Cache   interface{ Stats() gate.Stats }
	Feed    interface{ Health() gate.Health }
	Now     func() time.Time
	Patient time.Duration // how long the feed may be silent
}

// Status returns the present status.
func (s *Source) Status() Status {
	stats, health := s.Cache.Stats(), s.Feed.Health()
	status := Status{
		Version: s.Version, Started: s.Started, Service: s.Service, IsDenied: health.IsDenied,
		Domains: stats.Domains, Closed: stats.Closed, Removed: stats.Removed, Absent: stats.Absent,
		Outdated: stats.Outdated, Queued: stats.Queued, Counters: stats.Counters, Problems: []string{},
	}
	if !health.LastRead.IsZero() {
		status.LastRead = &health.LastRead
	}
	add := func(isProblem bool, text string) {
		if isProblem {
			status.Problems = append(status.Problems, text)
		}
	}
	add(health.IsDenied, "THE SERVICE REJECTS THE API TOKEN: no suspension reaches this node. "+
		"Create a token with the scope gate:read")
	isSilent := s.Now().Sub(health.LastRead) > s.Patient
	add(!health.IsDenied && health.Error != "", "the service does not answer: "+health.Error)
	add(health.Error == "" && isSilent, "the feed was not read for a while")
	add(stats.Failure != nil && health.Error == "", "the service does not answer about a domain: "+text(stats.Failure))
	add(stats.SaveErrors > 0, "some states could not be stored: see the log")
	status.Healthy = status.IsHealthy()
	return status
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Handler serves the node's own commands.
type Handler struct {
	Source  *Source
	Decider interface {
		Decide(ctx context.Context, host string) gate.Verdict
	}
	Logins interface {
		Decide(ctx context.Context, login string) (gate.Verdict, error)
	}
	Metrics http.Handler
}

// Routes returns the paths.
func (h *Handler) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { write(w, h.Source.Status()) })
	mux.HandleFunc("GET /check", func(w http.ResponseWriter, r *http.Request) {
		write(w, h.Decider.Decide(r.Context(), r.URL.Query().Get("domain")))
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		verdict, err := h.Logins.Decide(r.Context(), r.URL.Query().Get("login"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		write(w, verdict)
	})
	mux.Handle("GET /metrics", h.Metrics)
	return mux
}

func write(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
