// Package postfix answers Postfix's access policy delegation (check_policy_service): mail from and to closed domains is
// deferred or rejected.
package postfix

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"tenantry/node/gate"
)

const (
	idle          = 10 * time.Minute // Postfix closes an idle connection after five
	maxLine       = 8192
	maxAttributes = 200
)

// Server answers Postfix.
type Server struct {
	Decider interface {
		Decide(ctx context.Context, host string) gate.Verdict
		DecideKnown(ctx context.Context, host string) gate.Verdict
	}
	Reject bool // reject for good instead of deferring
}

// Serve answers connections until the listener is closed. Then it closes the open connections.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var connections sync.WaitGroup
	defer connections.Wait()
	defer cancel()
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		connections.Go(func() {
			stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
			defer stop()
			defer connection.Close()
			s.converse(ctx, connection)
		})
	}
}

// converse answers the requests of one connection.
func (s *Server) converse(ctx context.Context, connection net.Conn) {
	reader := bufio.NewReaderSize(connection, maxLine)
	for {
		if connection.SetReadDeadline(time.Now().Add(idle)) != nil {
			return
		}
		request, err := readRequest(reader)
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(connection, "action=%s\n\n", s.action(ctx, request)); err != nil {
			return
		}
	}
}

// request has the attributes of a request that matter.
type request struct{ sender, recipient, login string }

// readRequest reads lines `name=value` up to an empty one.
func readRequest(reader *bufio.Reader) (request, error) {
	var r request
	for range maxAttributes {
		line, isPrefix, err := reader.ReadLine()
		if err != nil {
			return r, err
		}
		if isPrefix {
			return r, bufio.ErrTooLong
		}
		if len(line) == 0 {
			return r, nil
		}
		name, value, _ := strings.Cut(string(line), "=")
		switch name {
		case "sender":
			r.sender = value
		case "recipient":
			r.recipient = value
		case "sasl_username":
			r.login = value
		}
	}
	return r, bufio.ErrTooLong
}

// action returns what Postfix does. Of a stranger's mail the recipient's domain is the node's, of a user's mail the
// sender's. The other one may be anywhere on the Internet, so the service is not asked about it.
func (s *Server) action(ctx context.Context, r request) string {
	decideSender, decideRecipient := s.Decider.DecideKnown, s.Decider.Decide
	if r.login != "" {
		decideSender, decideRecipient = s.Decider.Decide, s.Decider.DecideKnown
	}
	for _, side := range []struct {
		address string
		decide  func(ctx context.Context, host string) gate.Verdict
	}{{r.login, s.Decider.Decide}, {r.sender, decideSender}, {r.recipient, decideRecipient}} {
		domain := domainOf(side.address)
		if domain == "" {
			continue
		}
		if verdict := side.decide(ctx, domain); !verdict.Serve {
			return s.refusal(verdict.Domain)
		}
	}
	return "DUNNO"
}

func (s *Server) refusal(domain string) string {
	if s.Reject {
		return "REJECT 5.7.1 Mail service for " + domain + " is suspended"
	}
	return "DEFER 4.7.1 Mail service for " + domain + " is suspended; try again later"
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
