// Package session ends the open sessions of logins whose domain is closed.
package session

import (
	"context"
	"log/slog"
	"time"
)

const (
	// every is how often sessions are compared with the domains, even if none has closed.
	every = time.Minute
	// settle is the pause after a closing, in which further domains may close.
	settle  = 100 * time.Millisecond
	timeout = 20 * time.Second
)

// Sweeper ends sessions of one daemon. It compares all open sessions with the states of their domains. So it also ends
// sessions whose domain closed while the node did not run.
type Sweeper struct {
	Name   string // of the daemon, for the log
	Daemon interface {
		// Logins returns the logins that have open sessions.
		Logins(ctx context.Context) ([]string, error)
		// End ends all sessions of a login.
		End(ctx context.Context, login string) error
	}
	IsRefused func(login string) bool // by the last known state
	Log       *slog.Logger

	wanted chan struct{}
}

// NewSweeper returns a sweeper that can be asked to sweep.
func NewSweeper(s *Sweeper) *Sweeper {
	s.wanted = make(chan struct{}, 1)
	return s
}

// Want asks for a sweep soon. It does not block.
func (s *Sweeper) Want() {
	select {
	case s.wanted <- struct{}{}:
	default:
	}
}

// Run sweeps until the context ends.
func (s *Sweeper) Run(ctx context.Context) {
	s.Want()
	regular := time.NewTicker(every)
	defer regular.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-regular.C:
		case <-s.wanted:
			select {
			case <-ctx.Done():
				return
			case <-time.After(settle):
			}
		}
		s.sweep(ctx)
	}
}

func (s *Sweeper) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	logins, err := s.Daemon.Logins(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "cannot list the open sessions",
			slog.String("daemon", s.Name), slog.String("error", err.Error()))
		return
	}
	for _, login := range logins {
		if !s.IsRefused(login) {
			continue
		}
		if err := s.Daemon.End(ctx, login); err != nil {
			s.Log.WarnContext(ctx, "cannot end the sessions of a login",
				slog.String("daemon", s.Name), slog.String("login", login), slog.String("error", err.Error()))
			continue
		}
		s.Log.InfoContext(ctx, "ended the sessions of a login whose domain is closed",
			slog.String("daemon", s.Name), slog.String("login", login))
	}
}
