package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/node/admin"
	"tenantry/node/config"
	"tenantry/node/dovecot"
	"tenantry/node/ftp"
	"tenantry/node/gate"
	"tenantry/node/postfix"
	"tenantry/node/service"
	"tenantry/node/session"
	"tenantry/node/state"
	"tenantry/node/web"
)

// run runs the agent until the context ends.
func (p *Program) run(ctx context.Context, c config.Config, _ []string) int {
	if err := p.serve(ctx, c); err != nil {
		p.Log.ErrorContext(ctx, "the agent has stopped", slog.String("error", err.Error()))
		return ExitClosed
	}
	return ExitOK
}

// agent is the running program.
type agent struct {
	config   config.Config
	cache    *gate.Cache
	follower *gate.Follower
	decider  *gate.Decider
	clock    *gate.ServiceClock
	door     *ftp.Door
	source   *admin.Source
	sweepers []*session.Sweeper
	list     *ftp.List // nil if none is configured
}

func (p *Program) serve(ctx context.Context, c config.Config) error {
	if err := os.MkdirAll(c.State, 0o700); err != nil {
		return err
	}
	store, damaged, err := state.Open(c.State)
	if err != nil {
		return fmt.Errorf("cannot open the state: %w", err)
	}
	defer store.Close()
	if damaged != "" {
		p.Log.ErrorContext(ctx, "the stored state was damaged; closed domains may be open until they are asked again",
			slog.String("putAside", damaged))
	}
	known, cursor, err := store.Load()
	if err != nil {
		return fmt.Errorf("cannot read the state: %w", err)
	}
	a := p.newAgent(c, store, known)
	listeners, err := a.listen(ctx)
	if err != nil {
		return err
	}
	p.Log.InfoContext(ctx, "the agent has started", slog.String("version", p.Version), slog.Int("domains", len(known)))

	tasks, ctx := errgroup.WithContext(ctx)
	a.start(ctx, tasks, cursor, p.notifier())
	for _, l := range listeners {
		tasks.Go(func() error { return l.serve(ctx) })
	}
	return tasks.Wait()
}

// newClient returns the client of the service.
func (p *Program) newClient(c config.Config, clock *gate.ServiceClock) *service.Client {
	return &service.Client{
		URL: c.Service.URL, Token: func() (string, error) { return readToken(c.Service.TokenFile) },
		Clock: clock, Agent: "tenantry-node/" + p.Version, HTTP: service.NewHTTP(c.Service.Concurrency),
	}
}

func readToken(path string) (string, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	token := strings.TrimSpace(string(text))
	if err == nil && token == "" {
		err = fmt.Errorf("%s is empty", path)
	}
	return token, err
}

func (p *Program) newAgent(c config.Config, store *state.Store, known map[string]*gate.Known) *agent {
	a := &agent{config: c, clock: &gate.ServiceClock{}}
	client := p.newClient(c, a.clock)
	a.cache = gate.NewCache(&gate.Cache{
		Options: gate.Options{
			Wait: c.Cache.Wait, AbsentLife: c.Cache.AbsentLife, RefreshAfter: c.Cache.RefreshAfter,
			RequestsPerSecond: c.Service.RequestsPerSecond, Concurrency: c.Service.Concurrency,
		},
		Asker: client, Keeper: store, Clock: a.clock, Random: rand.Float64, Log: p.Log, OnChange: a.noteChange,
	}, known)
	a.follower = &gate.Follower{
		Feed: client, Cache: a.cache, Interval: c.Service.Interval, Random: rand.Float64, Log: p.Log,
	}
	a.decider = &gate.Decider{Rules: rules(c), Cache: a.cache}
	a.door = &ftp.Door{
		Logins: &ftp.Logins{Path: c.FTP.Map}, Decider: a.decider, RefuseUnmapped: c.FTP.Unmapped == "refuse",
	}
	a.source = &admin.Source{
		Version: p.Version, Service: c.Service.URL, Started: time.Now(), Cache: a.cache, Feed: a.follower,
		Now: time.Now, Patient: 10 * c.Service.Interval,
	}
	if len(c.Dovecot.Doveadm) > 0 {
		a.sweepers = append(a.sweepers, session.NewSweeper(&session.Sweeper{
			Name: "dovecot", Daemon: dovecot.Doveadm{Command: c.Dovecot.Doveadm}, IsRefused: a.isMailClosed, Log: p.Log,
		}))
	}
	if c.FTP.ClosedLogins != "" {
		a.list = ftp.NewList(&ftp.List{Path: c.FTP.ClosedLogins, Door: a.door, Log: p.Log})
	}
	for _, daemon := range c.FTP.EndSessions {
		a.sweepers = append(a.sweepers, session.NewSweeper(&session.Sweeper{
			Name: daemon, Daemon: ftp.Processes{Daemon: daemon, Proc: "/proc"}, IsRefused: a.door.IsRefused, Log: p.Log,
		}))
	}
	return a
}

func rules(c config.Config) gate.Rules {
	return gate.Rules{RefuseUnknown: c.Unknown == "refuse", ExactOnly: c.ExactDomains}
}

// noteChange lets everything follow that depends on a domain which has closed or opened.
func (a *agent) noteChange(string) {
	for _, s := range a.sweepers {
		s.Want()
	}
	if a.list != nil {
		a.list.Want()
	}
}

func (a *agent) isMailClosed(login string) bool {
	_, domain, found := strings.Cut(login, "@")
	verdict := a.decider.Last(domain)
	return found && (verdict.State == gate.Closed || verdict.State == gate.Removed)
}

// start starts everything that runs besides the listeners.
func (a *agent) start(ctx context.Context, tasks *errgroup.Group, cursor string, systemd notifier) {
	background := func(run func(ctx context.Context)) {
		tasks.Go(func() error {
			run(ctx)
			return nil
		})
	}
	background(a.cache.Run)
	background(func(ctx context.Context) { a.follower.Run(ctx, cursor) })
	for _, s := range a.sweepers {
		background(s.Run)
	}
	if a.list != nil {
		background(a.list.Run)
	}
	systemd.send("READY=1")
	background(func(ctx context.Context) {
		systemd.run(ctx, func() string {
			s := a.source.Status()
			if !s.IsHealthy() {
				return s.Problems[0]
			}
			return fmt.Sprintf("%d domains, %d closed", s.Domains, s.Closed+s.Removed)
		})
		systemd.send("STOPPING=1")
	})
}

// front is an open listener with what answers there.
type front struct {
	listener net.Listener
	handler  http.Handler    // or
	postfix  *postfix.Server // Postfix's own protocol
}

// listen opens all addresses of the configuration.
func (a *agent) listen(ctx context.Context) ([]front, error) {
	metrics := admin.NewMetrics(a.source)
	onlyMetrics := http.NewServeMux()
	onlyMetrics.Handle("GET /metrics", metrics)
	serviceNow := func() (time.Time, bool) { return a.clock.Now(time.Now()) }
	l := a.config.Listen
	wanted := []struct {
		address string
		front
	}{
		{l.HTTP, front{handler: (&web.Handler{Decider: a.decider, Now: serviceNow}).Routes()}},
		{l.Admin, front{handler: (&admin.Handler{
			Source: a.source, Decider: a.decider, Logins: a.door, Metrics: metrics,
		}).Routes()}},
		{l.Dovecot, front{handler: &dovecot.Policy{Decider: a.decider}}},
		{l.Metrics, front{handler: onlyMetrics}},
		{l.Postfix, front{postfix: &postfix.Server{Decider: a.decider, Reject: a.config.Postfix.Action == "reject"}}},
	}
	var fronts []front
	for _, w := range wanted {
		if w.address == "" {
			continue
		}
		listener, err := listen(ctx, w.address)
		if err != nil {
			for _, f := range fronts {
				err = errors.Join(err, f.listener.Close())
			}
			return nil, err
		}
		w.listener = listener
		fronts = append(fronts, w.front)
	}
	return fronts, nil
}

// serve answers until the context ends.
func (f front) serve(ctx context.Context) error {
	if f.postfix != nil {
		stop := context.AfterFunc(ctx, func() { _ = f.listener.Close() })
		defer stop()
		err := f.postfix.Serve(ctx, f.listener)
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	server := newServer(f.handler)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(f.listener); ctx.Err() == nil {
		return err
	}
	return nil
}
