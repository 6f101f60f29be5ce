package node_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/node/server"
)

// wantServed fails the test unless all services of the domain work. Without a login, it checks no FTP.
func wantServed(t *testing.T, s *server.Server, domain, login string) {
	t.Helper()
	eventually(t, "the website of "+domain+" is served", func() error {
		status, text, err := get(s, domain)
		if err == nil && (status != http.StatusOK || !strings.Contains(text, "This is "+domain)) {
			err = fmt.Errorf("status %d: %s", status, text)
		}
		return err
	})
	services := map[string]func() error{
		"IMAP":       func() error { return loginIMAP(s, domain) },
		"submission": func() error { return submit(s, domain) },
	}
	if login != "" {
		services["vsftpd"] = func() error { return loginFTP(s.Vsftpd, login) }
	}
	for name, try := range services {
		if err := try(); err != nil {
			t.Errorf("%s of %s: %v", name, domain, err)
		}
	}
}

// wantServicesRefused fails the test if a service of a closed domain works.
func wantServicesRefused(t *testing.T, s *server.Server, domain, login string) {
	t.Helper()
	wantRefused(t, "IMAP", loginIMAP(s, domain))
	wantRefused(t, "submission", submit(s, domain))
	wantRefused(t, "vsftpd", loginFTP(s.Vsftpd, login))
	wantRefused(t, "ProFTPD", loginFTP(s.ProFTPD, login))
	err := sendTo(s, domain, "x")
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != 450 {
		t.Errorf("mail to %s: got %v, want it deferred with 450", domain, err)
	}
}

// wantRefused fails the test unless the daemon itself has refused.
func wantRefused(t *testing.T, what string, err error) {
	t.Helper()
	var reply *textproto.Error
	if err == nil || !errors.As(err, &reply) && !errors.Is(err, errRefused) {
		t.Errorf("%s: got %v, want it refused", what, err)
	}
}

var errRefused = errors.New("refused")

// get requests the start page of a website from nginx.
func get(s *server.Server, domain string) (status int, text string, err error) {
	response, err := getPage(s, domain)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

var visitor = &http.Client{Timeout: 10 * time.Second}

func getPage(s *server.Server, domain string) (*http.Response, error) {
	url := fmt.Sprintf("http://127.0.0.1:%d/", s.Ports.Nginx)
	request, err := http.NewRequestWithContext(background, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Host = domain
	return visitor.Do(request)
}

// wantWebsiteClosed waits until visitors of a website get the friendly page, with the message.
func wantWebsiteClosed(t *testing.T, s *server.Server, domain, message string) {
	t.Helper()
	eventually(t, "visitors of "+domain+" see that it is closed", func() error {
		status, text, err := get(s, domain)
		if err == nil && (status != http.StatusServiceUnavailable || !strings.Contains(text, message)) {
			err = fmt.Errorf("status %d: %s", status, text)
		}
		return err
	})
	response, err := getPage(s, domain)
	must(t, err)
	defer response.Body.Close()
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page of %s: got Cache-Control %q, want no-store", domain, got)
	}
}

// connect connects to a daemon. Everything must be done within ten seconds.
func connect(port int) (net.Conn, error) {
	connection, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), 10*time.Second)
	if err == nil {
		err = connection.SetDeadline(time.Now().Add(10 * time.Second))
	}
	return connection, err
}

// dialIMAP signs in, and returns the connection.
func dialIMAP(s *server.Server, domain string) (net.Conn, *bufio.Reader, error) {
	connection, err := connect(s.IMAP)
	if err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReader(connection)
	if _, err = reader.ReadString('\n'); err == nil {
		err = commandIMAP(connection, reader, `login "info@`+domain+`" "`+server.Password+`"`, nil)
	}
	return connection, reader, err
}

// commandIMAP sends a command, and passes each line of the response to the function, unless it is nil.
func commandIMAP(connection net.Conn, reader *bufio.Reader, command string, each func(line string)) error {
	fmt.Fprintf(connection, "x %s\r\n", command)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(line, "x OK"):
			return nil
		case strings.HasPrefix(line, "x NO"), strings.HasPrefix(line, "x BAD"), strings.HasPrefix(line, "* BYE"):
			return fmt.Errorf("%w: %s", errRefused, line)
		case each != nil:
			each(line)
		}
	}
}

func loginIMAP(s *server.Server, domain string) error {
	connection, _, err := dialIMAP(s, domain)
	if connection != nil {
		connection.Close()
	}
	return err
}

// dialFTP signs in, and returns the connection.
func dialFTP(port int, login string) (net.Conn, *textproto.Conn, error) {
	connection, err := connect(port)
	if err != nil {
		return nil, nil, err
	}
	text := textproto.NewConn(connection)
	if _, _, err = text.ReadResponse(220); err == nil {
		err = commandFTP(text, "USER "+login, 331)
	}
	if err == nil {
		err = commandFTP(text, "PASS "+server.Password, 230)
	}
	return connection, text, err
}

func commandFTP(text *textproto.Conn, command string, want int) error {
	if err := text.PrintfLine("%s", command); err != nil {
		return err
	}
	_, _, err := text.ReadResponse(want)
	return err
}

func loginFTP(port int, login string) error {
	connection, _, err := dialFTP(port, login)
	if connection != nil {
		connection.Close()
	}
	return err
}

// submit sends mail as a user of the domain.
func submit(s *server.Server, domain string) error {
	c, err := smtp.Dial(fmt.Sprintf("127.0.0.1:%d", s.SMTP))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Hello("laptop.example"); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", "info@"+domain, server.Password, "127.0.0.1")); err != nil {
		return err
	}
	if err := c.Mail("info@" + domain); err != nil {
		return err
	}
	return c.Rcpt("somebody@" + domain)
}

// sendTo delivers mail directly to the server, as a mail server does that does not try again.
func sendTo(s *server.Server, domain, subject string) error { return send(s.SMTP, domain, subject) }

// sendFromOutside sends mail through a mail server elsewhere, which tries until it is delivered.
func sendFromOutside(t *testing.T, s *server.Server, domain, subject string) {
	t.Helper()
	if err := send(s.Outside, domain, subject); err != nil {
		t.Errorf("the mail server outside: %v", err)
	}
}

func send(port int, domain, subject string) error {
	message := "From: friend@outside.example\r\nTo: info@" + domain + "\r\nSubject: " + subject + "\r\n\r\nHello\r\n"
	return smtp.SendMail(fmt.Sprintf("127.0.0.1:%d", port), nil, "friend@outside.example", []string{"info@" + domain},
		[]byte(message))
}

// wantMail waits until a mail is in the mailbox.
func wantMail(t *testing.T, s *server.Server, domain, subject string) {
	t.Helper()
	eventually(t, "the mail "+subject+" arrives", func() error {
		connection, reader, err := dialIMAP(s, domain)
		if err != nil {
			return err
		}
		defer connection.Close()
		if err := commandIMAP(connection, reader, "select INBOX", nil); err != nil {
			return err
		}
		var lines []string
		err = commandIMAP(connection, reader, "fetch 1:* body.peek[header.fields (subject)]", func(line string) {
			lines = append(lines, strings.TrimSpace(line))
		})
		if err == nil && !slices.Contains(lines, "Subject: "+subject) {
			err = fmt.Errorf("the mailbox has %q", lines)
		}
		return err
	})
}

// sessions are open connections of signed-in users.
type sessions struct {
	domain      string
	imap        net.Conn
	imapReader  *bufio.Reader
	ftp         []net.Conn
	ftpCommands []*textproto.Conn
}

func openSessions(t *testing.T, s *server.Server, domain, login string) *sessions {
	t.Helper()
	o := &sessions{domain: domain}
	var err error
	o.imap, o.imapReader, err = dialIMAP(s, domain)
	must(t, err)
	for _, port := range []int{s.Vsftpd, s.ProFTPD} {
		connection, text, err := dialFTP(port, login)
		must(t, err)
		o.ftp, o.ftpCommands = append(o.ftp, connection), append(o.ftpCommands, text)
	}
	t.Cleanup(func() {
		for _, connection := range append(o.ftp, o.imap) {
			connection.Close()
		}
	})
	return o
}

func (o *sessions) wantAlive(t *testing.T) {
	t.Helper()
	for _, connection := range append(o.ftp, o.imap) {
		must(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
	}
	if err := commandIMAP(o.imap, o.imapReader, "noop", nil); err != nil {
		t.Errorf("the IMAP session of %s: %v", o.domain, err)
	}
	for i, text := range o.ftpCommands {
		if err := commandFTP(text, "NOOP", 200); err != nil {
			t.Errorf("FTP session %d of %s: %v", i, o.domain, err)
		}
	}
}

// wantEnded waits until the daemons have closed all connections.
func (o *sessions) wantEnded(t *testing.T) {
	t.Helper()
	for i, connection := range append(o.ftp, o.imap) {
		must(t, connection.SetDeadline(time.Now().Add(time.Minute)))
		_, err := io.Copy(io.Discard, connection)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("session %d of %s is still open after a minute", i, o.domain)
		}
	}
}
