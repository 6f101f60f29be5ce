package frontdoor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
)

// Listener makes a server respond with a problem document to requests that net/http cannot parse, such as GET /%zz.
// Without it, net/http responds with plain text and calls no handler.
type Listener struct{ net.Listener }

// Accept waits for the next connection.
func (l Listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{accepted}, nil
}

type conn struct{ net.Conn }

// badRequest matches the start of net/http's own response to a request that it cannot parse. The responses of handlers
// have a Date header, so none of them matches.
var badRequest = regexp.MustCompile(
	`^HTTP/1\.1 ([45]\d\d) [^\r\n]*\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`)

// Write writes the data, or a problem document in place of net/http's own response, which net/http writes with one
// call.
func (c conn) Write(data []byte) (int, error) {
	match := badRequest.FindSubmatch(data)
	if match == nil {
		return c.Conn.Write(data)
	}
	status, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return 0, err
	}
	document := problem(status, "invalid-request", "The request cannot be read.")
	var body, response bytes.Buffer
	if err := json.NewEncoder(&body).Encode(document); err != nil {
		return 0, err
	}
	fmt.Fprintf(&response, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n"+
		"Content-Length: %d\r\nConnection: close\r\n\r\n", status, http.StatusText(status), body.Len())
	if _, err := c.Conn.Write(append(response.Bytes(), body.Bytes()...)); err != nil {
		return 0, err
	}
	return len(data), nil
}
