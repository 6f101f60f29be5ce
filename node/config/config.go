// Package config reads the configuration of the node.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Path is where the configuration is unless a command says otherwise.
const Path = "/etc/tenantry-node/config.yaml"

// Config is the configuration. Default has the values that a file need not contain.
type Config struct {
	Service Service `yaml:"service"`
	State   string  `yaml:"state"` // folder of the stored states
	Unknown string  `yaml:"unknownDomains"`
	Listen  Listen  `yaml:"listen"`
	Cache   Cache   `yaml:"cache"`
	Postfix Postfix `yaml:"postfix"`
	Dovecot Dovecot `yaml:"dovecot"`
	FTP     FTP     `yaml:"ftp"`

	// ExactDomains switches off that an unknown domain is judged by the domain above it.
	ExactDomains bool `yaml:"exactDomains"`
}

// Service says how to reach the service.
type Service struct {
	URL               string        `yaml:"url"`
	TokenFile         string        `yaml:"tokenFile"`
	Interval          time.Duration `yaml:"interval"`
	RequestsPerSecond float64       `yaml:"requestsPerSecond"`
	Concurrency       int           `yaml:"concurrency"`
}

// Listen has the addresses: `unix:` and a path, or a loopback address with a port. An empty one is not opened.
type Listen struct {
	HTTP        string `yaml:"http"`
	Admin       string `yaml:"admin"`
	Postfix     string `yaml:"postfix"`
	Dovecot     string `yaml:"dovecot"`
	Metrics     string `yaml:"metrics"`
	AllowRemote bool   `yaml:"allowRemote"` // accept other than loopback addresses
}

// Cache has the times of the cache.
type Cache struct {
	Wait         time.Duration `yaml:"wait"`
	AbsentLife   time.Duration `yaml:"absentLife"`
	RefreshAfter time.Duration `yaml:"refreshAfter"`
}

// Postfix says what to answer for closed domains.
type Postfix struct {
	Action string `yaml:"action"` // defer or reject
}

// Dovecot says how to end open sessions.
type Dovecot struct {
	Doveadm []string `yaml:"doveadm"` // the command with its first arguments; empty: sessions are not ended
}

// FTP says whose logins belong to which domain, and how to end open sessions.
type FTP struct {
	Map          string   `yaml:"map"`          // file of lines `login domain`
	Unmapped     string   `yaml:"unmapped"`     // logins without a domain: allow or refuse
	AgentDown    string   `yaml:"agentDown"`    // if neither the agent nor its stored state answers: allow or refuse
	EndSessions  []string `yaml:"endSessions"`  // vsftpd, proftpd
	ClosedLogins string   `yaml:"closedLogins"` // file to write the closed logins of the map to, for pam_listfile
}

// Default returns the configuration that the file changes.
func Default() Config {
	return Config{
		Service: Service{ //nolint:gosec // the path of the token's file is no secret
			TokenFile: "/etc/tenantry-node/token", Interval: 2 * time.Second, RequestsPerSecond: 50, Concurrency: 16,
		},
		State:   "/var/lib/tenantry-node",
		Unknown: "serve",
		Listen: Listen{
			HTTP:  "unix:/run/tenantry-node/http.sock",
			Admin: "unix:/run/tenantry-node/admin.sock",
		},
		Cache:   Cache{Wait: 1500 * time.Millisecond, AbsentLife: 30 * time.Second, RefreshAfter: 24 * time.Hour},
		Postfix: Postfix{Action: "defer"},
		FTP:     FTP{Unmapped: "allow", AgentDown: "refuse"},
	}
}

// Read reads a configuration file and checks it.
func Read(path string) (Config, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return Config{}, err
	}
	c := Default()
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Validate returns all mistakes of the configuration.
func (c *Config) Validate() error {
	var mistakes []error
	check := func(isRight bool, format string, values ...any) {
		if !isRight {
			mistakes = append(mistakes, fmt.Errorf(format, values...))
		}
	}
	c.Service.URL = strings.TrimSuffix(c.Service.URL, "/")
	address, err := url.Parse(c.Service.URL)
	isURL := err == nil && address.Host != "" && (address.Scheme == "https" || address.Scheme == "http")
	check(isURL, "service.url must be an https URL, such as https://panel.example.com")
	if isURL && address.Scheme == "http" {
		check(isLoopback(address.Host), "service.url: http would send the token unencrypted; use https")
	}
	check(c.Service.TokenFile != "", "service.tokenFile is missing")
	check(c.Service.Interval >= 100*time.Millisecond, "service.interval must be at least 100ms")
	check(c.Service.RequestsPerSecond > 0, "service.requestsPerSecond must be above 0")
	check(c.Service.Concurrency > 0, "service.concurrency must be above 0")
	check(c.State != "", "state is missing")
	check(c.Cache.Wait > 0 && c.Cache.Wait <= 10*time.Second, "cache.wait must be above 0 and at most 10s")
	check(c.Cache.AbsentLife > 0, "cache.absentLife must be above 0")
	check(c.Cache.RefreshAfter >= time.Hour, "cache.refreshAfter must be at least 1h")
	check(isOneOf(c.Unknown, "serve", "refuse"), "unknownDomains must be serve or refuse")
	check(isOneOf(c.Postfix.Action, "defer", "reject"), "postfix.action must be defer or reject")
	check(isOneOf(c.FTP.Unmapped, "allow", "refuse"), "ftp.unmapped must be allow or refuse")
	check(isOneOf(c.FTP.AgentDown, "allow", "refuse"), "ftp.agentDown must be allow or refuse")
	for _, daemon := range c.FTP.EndSessions {
		check(isOneOf(daemon, "vsftpd", "proftpd"), "ftp.endSessions: %q is not vsftpd or proftpd", daemon)
	}
	for name, listen := range c.Listen.all() {
		if err := c.Listen.check(listen); err != nil {
			mistakes = append(mistakes, fmt.Errorf("listen.%s: %w", name, err))
		}
	}
	return errors.Join(mistakes...)
}

func isOneOf(value string, allowed ...string) bool {
	return slices.Contains(allowed, value)
}

func (l *Listen) all() map[string]string {
	return map[string]string{
		"http": l.HTTP, "admin": l.Admin, "postfix": l.Postfix, "dovecot": l.Dovecot, "metrics": l.Metrics,
	}
}

func (l *Listen) check(address string) error {
	if address == "" {
		return nil
	}
	if path, isUnix := strings.CutPrefix(address, "unix:"); isUnix {
		if !strings.HasPrefix(path, "/") {
			return errors.New("the path of a unix socket must begin with /")
		}
		return nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return errors.New("must be unix:/path or address:port")
	}
	if !l.AllowRemote && !isLoopback(address) {
		return errors.New("not a loopback address; set listen.allowRemote if you protect it otherwise")
	}
	return nil
}

// isLoopback reports whether a host, with or without a port, is this machine.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
