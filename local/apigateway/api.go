// Package apigateway serves an HTTP API as API Gateway does: it makes an event of each request, invokes the function of
// the route, and makes an HTTP response of the function's response.
package apigateway

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/local/lambda"
)

// Invoker invokes functions.
type Invoker interface {
	// Invoke runs a function once. It returns a lambda.Fault if the function was not run.
	Invoke(function string, event []byte) (lambda.Response, error)
}

// Quotas of HTTP APIs (AWS: Quotas for HTTP APIs).
const (
	maxBody            = 10_000_000 // bytes
	integrationTimeout = 30 * time.Second
)

// API is a deployed HTTP API.
type API struct {
	ID        string
	Routes    []Route
	Functions Invoker
	Now       func() time.Time
	Log       *slog.Logger
}

// ServeHTTP invokes the function of the request's route and writes its response.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		writeMessage(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	if err != nil {
		writeMessage(w, http.StatusBadRequest, "Bad Request")
		return
	}
	path := decodePath(r.URL.EscapedPath())
	route, params := match(a.Routes, r.Method, path)
	if route == nil {
		writeMessage(w, http.StatusNotFound, "Not Found")
		return
	}
	event, err := json.Marshal(newEvent(a.ID, r, path, body, route.key(), params, a.Now()))
	if err != nil {
		a.Log.Error("event not encoded", "error", err)
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	a.invoke(w, route.Function, event)
}

// outcome is what an invocation returns.
type outcome struct {
	response lambda.Response
	err      error
}

// invoke invokes the function and writes its response. After 30 seconds it gives up waiting, as API Gateway does, while
// the function runs on.
func (a *API) invoke(w http.ResponseWriter, function string, event []byte) {
	outcomes := make(chan outcome, 1)
	go func() {
		response, err := a.Functions.Invoke(function, event)
		outcomes <- outcome{response, err}
	}()
	timeout := time.NewTimer(integrationTimeout)
	defer timeout.Stop()
	select {
	case o := <-outcomes:
		a.write(w, function, o)
	case <-timeout.C:
		writeMessage(w, http.StatusServiceUnavailable, "Service Unavailable")
	}
}

func (a *API) write(w http.ResponseWriter, function string, o outcome) {
	var fault lambda.Fault
	switch {
	case errors.As(o.err, &fault) && fault.Status == http.StatusRequestEntityTooLarge:
		writeMessage(w, fault.Status, "Request Entity Too Large")
	case o.err != nil:
		a.Log.Warn("function not invoked", "function", function, "error", o.err)
		writeMessage(w, http.StatusServiceUnavailable, "Service Unavailable")
	case o.response.FunctionError != "":
		writeMessage(w, http.StatusBadGateway, "Internal Server Error")
	default:
		writeResponse(w, o.response.Payload)
	}
}

// writeResponse makes an HTTP response of a function's response. A response without a status is the body itself.
func writeResponse(w http.ResponseWriter, payload []byte) {
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(payload, &response); err != nil || response.StatusCode == 0 {
		response = events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusOK,
			Headers:    map[string]string{"Content-Type": "application/json"},
			Body:       string(payload),
		}
	}
	body := []byte(response.Body)
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(response.Body)
		if err != nil {
			writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		body = decoded
	}
	header := w.Header()
	for name, value := range response.Headers {
		header.Set(name, value)
	}
	for _, cookie := range response.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	if header.Get("Content-Type") == "" && len(body) > 0 {
		header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	if len(body) > 0 { // otherwise net/http sends a large body in chunks
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(body)
}

// writeMessage writes a response of API Gateway itself.
func writeMessage(w http.ResponseWriter, status int, message string) {
	body := `{"message":` + strconv.Quote(message) + `}`
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Apigw-Requestid", rand.Text())
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
