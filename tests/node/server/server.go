package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options of a Server.
type Options struct {
	Repository string // folder of the checkout
	Daemons    string // folder that Install returned
	Agent      string // the program tenantry-node
	Root       string // an empty folder for the server's files
	ServiceURL string
	Token      string
	Sites      []Site
	Nginx      int  // port of nginx, or 0 for a free one
	AnyName    bool // the first site answers under any name
}

// Site is a website with its mail domain and its FTP login.
type Site struct {
	Domain string
	Login  string // FTP login; its home is the website
}

// Password is that of all mailboxes and FTP logins.
const Password = "a long password"

// Ports are where the daemons listen on 127.0.0.1.
type Ports struct{ Nginx, SMTP, Outside, IMAP, Vsftpd, ProFTPD, Policy, Postfix, Metrics int }

// Server is a running hosting server.
type Server struct {
	Options
	Ports

	jail      *jail
	processes map[string]*exec.Cmd
}

// Start configures and starts the agent and the daemons that are named: nginx, mail, vsftpd, proftpd.
func Start(o Options, daemons ...string) (*Server, error) {
	s := &Server{Options: o, processes: map[string]*exec.Cmd{}}
	ports := []*int{
		&s.Ports.Nginx, &s.SMTP, &s.Outside, &s.IMAP, &s.Vsftpd, &s.ProFTPD, &s.Policy, &s.Postfix, &s.Metrics,
	}
	if err := freePorts(ports); err != nil {
		return nil, err
	}
	if o.Nginx != 0 {
		s.Ports.Nginx = o.Nginx
	}
	var err error
	if s.jail, err = newJail(o.Daemons, o.Root); err != nil {
		return nil, err
	}
	err = errors.Join(s.configureSystem(), s.configureAgent(), s.configureNginx(), s.configureMail(), s.configureFTP())
	if err == nil {
		err = s.StartAgent()
	}
	for _, daemon := range daemons {
		if err == nil {
			err = s.startDaemon(daemon)
		}
	}
	if err != nil {
		err = errors.Join(err, errors.New(s.Logs()))
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends everything that runs in the server.
func (s *Server) Close() { s.jail.close() }

// startDaemon starts a daemon, and waits until it listens.
func (s *Server) startDaemon(name string) error {
	switch name {
	case "nginx":
		return s.start(name, []int{s.Ports.Nginx}, "nginx", "-g", "daemon off;")
	case "mail":
		return errors.Join(
			s.start("dovecot", []int{s.IMAP}, "dovecot", "-F"),
			s.start("postfix", []int{s.SMTP}, "postfix", "start-fg"),
			s.start("outside", []int{s.Outside}, "postfix", "-c", "/etc/postfix-outside", "start-fg"),
		)
	case "vsftpd":
		return s.start(name, []int{s.Vsftpd}, "vsftpd", "/etc/vsftpd.conf")
	case "proftpd":
		return s.start(name, []int{s.ProFTPD}, "proftpd", "--nodaemon")
	}
	return fmt.Errorf("unknown daemon %q", name)
}

// start starts a program in the jail, and waits until it listens at all ports.
func (s *Server) start(name string, ports []int, arguments ...string) error {
	log, err := os.OpenFile(s.logPath(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := s.jail.command(context.Background(), arguments...)
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return err
	}
	s.processes[name] = command
	for _, port := range ports {
		if err := waitFor(func() error { return dial(port) }); err != nil {
			return fmt.Errorf("%s does not listen: %w", name, err)
		}
	}
	return nil
}

// StartAgent starts the agent with the user and the capability of its systemd unit, and waits until it answers.
func (s *Server) StartAgent() error {
	user := strconv.Itoa(agentUser)
	err := s.start("agent", nil, "setpriv", "--reuid="+user, "--regid="+user, "--clear-groups", "--no-new-privs",
		"--inh-caps=-all,+kill", "--ambient-caps=+kill", "--bounding-set=-all,+kill", "tenantry-node", "run")
	if err != nil {
		return err
	}
	return waitFor(func() error {
		connection, err := net.Dial("unix", filepath.Join(s.Root, "run/tenantry-node/http.sock"))
		if err != nil {
			return err
		}
		return connection.Close()
	})
}

// KillAgent kills the agent with SIGKILL.
func (s *Server) KillAgent() error {
	entered := s.processes["agent"]
	pid, err := childOf(entered.Process.Pid)
	if err != nil {
		return err
	}
	err = syscall.Kill(pid, syscall.SIGKILL)
	_ = entered.Wait()
	return err
}

// Command runs the agent's program with arguments, such as `status`, and returns what it prints.
func (s *Server) Command(arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	output, err := s.jail.command(ctx, append([]string{"tenantry-node"}, arguments...)...).CombinedOutput()
	return string(output), err
}

// SetToken replaces the agent's token.
func (s *Server) SetToken(token string) error {
	const path = "etc/tenantry-node/token"
	if err := s.jail.write(path, token+"\n", 0o640); err != nil {
		return err
	}
	return os.Chown(filepath.Join(s.Root, path), 0, agentUser)
}

func (s *Server) logPath(name string) string { return filepath.Join(s.Root, "var/log", name+".out") }

// Logs returns the ends of all logs.
func (s *Server) Logs() string {
	var all strings.Builder
	paths, _ := filepath.Glob(filepath.Join(s.Root, "var/log/*"))
	more, _ := filepath.Glob(filepath.Join(s.Root, "var/log/*/*"))
	for _, path := range append(paths, more...) {
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			continue
		}
		fmt.Fprintf(&all, "== %s\n%s\n", strings.TrimPrefix(path, s.Root), text[max(0, len(text)-6000):])
	}
	return all.String()
}

func dial(port int) error {
	connection, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

// waitFor repeats an attempt until it succeeds, for a minute.
func waitFor(attempt func() error) error {
	deadline := time.Now().Add(time.Minute)
	for {
		err := attempt()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// freePorts finds free ports. They are all held until all are found, so that they differ.
func freePorts(ports []*int) error {
	var listeners []net.Listener
	defer func() {
		for _, listener := range listeners {
			_ = listener.Close()
		}
	}()
	for _, port := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		listeners = append(listeners, listener)
		address, isTCP := listener.Addr().(*net.TCPAddr)
		if !isTCP {
			return errors.New("a listener without a port")
		}
		*port = address.Port
	}
	return nil
}
