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

// Listener is for a server in whose place net/http would refuse requests that it cannot read, such as GET /%zz, with a text:
// they are refused with a problem document.
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

// unreadable is how such an answer begins. Answers of handlers have a Date, so they do not begin like that.
var unreadable = regexp.MustCompile(`^HTTP/1\.1 ([45]\d\d) [^\r\n]*\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`)

// Write sends bytes, or a problem instead of the server's own refusal, which comes in one piece.
func (c conn) Write(answer []byte) (int, error) {
	refusal := unreadable.FindSubmatch(answer)
	if refusal == nil {
		return c.Conn.Write(answer)
	}
	status, err := strconv.Atoi(string(refusal[1]))
	if err != nil {
		return 0, err
	}
	var body, problem bytes.Buffer
	if err := json.NewEncoder(&body).Encode(document(status, "invalid-request", "The request cannot be read.")); err != nil {
		return 0, err
	}
	fmt.Fprintf(&problem, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
		status, http.StatusText(status), body.Len())
	if _, err := c.Conn.Write(append(problem.Bytes(), body.Bytes()...)); err != nil {
		return 0, err
	}
	return len(answer), nil
}
