// Package counts measures what each operation costs: requests to AWS, read and write units, and bytes of logs and
// responses. It runs the operations as their functions do, on the real store in the storage emulator, in a fixed scene.
// Everything that varies is fixed: the clock is virtual, and the randomness has a seed. So the counts differ only if an
// operation does. `make storage-costs` writes them into docs/storage-calls.json.
package counts

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/dynamo"
	"tenantry/shared/httpapi"
	"tenantry/shared/platform"
	"tenantry/shared/platform/server"
	"tenantry/tests/bench/emulator"
)

// scene is a service with its accounts. The costs of the measured operations are added to costs.
type scene struct {
	t        *testing.T
	wire     *emulator.Wire
	client   *dynamodb.Client
	platform *platform.Platform
	routes   map[string]httpapi.Endpoint
	serve    httpapi.Function
	logged   *bytes.Buffer
	address  string            // the network address of the callers
	ids      map[string]string // the values of path parameters, such as customerId
	costs    map[string]Operation
}

// object is a JSON object.
type object = map[string]any

// tableName is the name of the table.
const tableName = "tenantry-counts"

// requestID is the id of all requests. It is as long as those of API Gateway.
const requestID = "JKJaXmPLvHcESHA="

// environment is the configuration of the functions. Mails are not limited, since the scene creates many accounts.
var environment = map[string]string{
	"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "TABLE_NAME": tableName,
	"BUS_NAME": "tenantry", "PUBLIC_URL": "https://panel.example.com",
	"BACKUP_BUCKET": "tenantry-backups", "PARKED_RECORDS": "tenantry-parked", "STORAGE_URL": "https://s3.example.com",
	"MAIL_FROM": "Example Hosting <no-reply@example.com>", "MAIL_SETTINGS": "tenantry",
	"MAIL_QUEUE_URL":        "https://sqs.us-east-1.amazonaws.com/000000000000/mails",
	"CHANGE_STATUS_MACHINE": "arn:status", "REMOVE_CUSTOMERS_MACHINE": "arn:remove",
	"TRANSFER_CUSTOMERS_MACHINE": "arn:transfer", "METRICS_NAMESPACE": "Tenantry",
	"MAILS_PER_RECIPIENT": "1000000", "MAILS_PER_RECIPIENT_AND_KIND": "1000000", "MAILS_PER_CUSTOMER": "1000000",
	"MAILS_PER_RESELLER": "1000000", "MAILS_PER_ADMINISTRATOR": "1000000",
}

// newScene creates the table and the operations. It runs in a bubble of virtual time.
func newScene(t *testing.T, endpoint string, wire *emulator.Wire) *scene {
	t.Helper()
	s := &scene{
		t: t, wire: wire, logged: new(bytes.Buffer), address: "203.0.113.42",
		routes: map[string]httpapi.Endpoint{}, ids: map[string]string{}, costs: map[string]Operation{},
	}
	// The time of a log line has a constant length.
	constantTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			a.Value = slog.StringValue("2000-01-01T00:00:00.000000000Z")
		}
		return a
	}
	logger := slog.New(slog.NewJSONHandler(s.logged, &slog.HandlerOptions{ReplaceAttr: constantTime}))
	lookUp := func(name string) string {
		if name == "AWS_ENDPOINT_URL" {
			return endpoint
		}
		return environment[name]
	}
	var err error
	if s.platform, err = platform.New(lookUp, services{wire}, logger); err != nil {
		t.Fatal(err)
	}
	s.client = dynamodb.NewFromConfig(s.platform.AWS)
	schema := dynamo.Schema(tableName)
	schema.StreamSpecification = nil // not used here
	if _, err := s.client.CreateTable(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	endpoints := operations(s.platform)
	for _, e := range endpoints {
		s.routes[e.ID] = e
	}
	s.serve = server.Handler(s.platform, endpoints...)
	return s
}

// send sends a request to an operation with a token, and returns the JSON object of the response. The path parameters
// are those in ids. The name of the operation may have a query after a question mark.
func (s *scene) send(token, operation string, body any) object {
	s.t.Helper()
	answer, _ := s.request(token, operation, body)
	return answer
}

// measure sends a request as send does, and records the operation's cost.
func (s *scene) measure(token, operation string, body any) object {
	s.t.Helper()
	return s.measureOther("", token, operation, body)
}

// measureOther sends a request as send does, and records the cost as that of another request to the operation.
func (s *scene) measureOther(request, token, operation string, body any) object {
	s.t.Helper()
	s.logged.Reset()
	s.wire.Slow.Store(true)
	answer, size := s.request(token, operation, body)
	s.wire.Slow.Store(false)
	id, _, _ := strings.Cut(operation, "?")
	s.record(id, request, s.lastCost(id, size))
	return answer
}

// request sends a request. It returns the JSON object of the response and the length of the body.
func (s *scene) request(token, operation string, body any) (answer object, size int) {
	s.t.Helper()
	id, query, _ := strings.Cut(operation, "?")
	route, found := s.routes[id]
	if !found {
		s.t.Fatalf("there is no operation %s", id)
	}
	path := route.Path
	for name, value := range s.ids {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	input := events.APIGatewayV2HTTPRequest{
		RawPath: path, RawQueryString: query,
		Headers: map[string]string{
			"user-agent":      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			"accept-encoding": "gzip, deflate, br, zstd",
		},
	}
	input.RequestContext.RequestID, input.RequestContext.HTTP.SourceIP = requestID, s.address
	input.RequestContext.HTTP.Method = route.Method
	if token != "" {
		input.Headers["authorization"] = "Bearer " + token
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		input.Body, input.Headers["content-type"] = string(text), "application/json"
	}
	time.Sleep(time.Millisecond) // so that ids, which begin with the time, are in the order of the requests
	response, err := s.serve(s.t.Context(), input)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		s.t.Fatalf("%s: got %d %s, %v, want success", operation, response.StatusCode, response.Body, err)
	}
	sent, text := s.bodyOf(response)
	if bytes.HasPrefix(text, []byte("{")) {
		if err := json.Unmarshal(text, &answer); err != nil {
			s.t.Fatal(err)
		}
	}
	return answer, len(sent)
}

// bodyOf returns the body of a response as the gateway sends it, and the text that the caller reads in it.
func (s *scene) bodyOf(response events.APIGatewayV2HTTPResponse) (sent, text []byte) {
	s.t.Helper()
	sent = []byte(response.Body)
	if response.IsBase64Encoded {
		var err error
		if sent, err = base64.StdEncoding.DecodeString(response.Body); err != nil {
			s.t.Fatal(err)
		}
	}
	if response.Headers["Content-Encoding"] != "gzip" {
		return sent, sent
	}
	reader, err := gzip.NewReader(bytes.NewReader(sent))
	if err != nil {
		s.t.Fatal(err)
	}
	if text, err = io.ReadAll(reader); err != nil {
		s.t.Fatal(err)
	}
	return sent, text
}

// run runs a function without a route and records its cost.
func (s *scene) run(name string, function func(context.Context) error) {
	s.t.Helper()
	s.record(name, "", s.costOf(name, function))
}

// costOf runs a function without a route and returns its cost.
func (s *scene) costOf(name string, function func(context.Context) error) Cost {
	s.t.Helper()
	s.logged.Reset()
	s.wire.Slow.Store(true)
	err := function(s.t.Context())
	s.wire.Slow.Store(false)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, s.logged)
	}
	return s.lastCost(name, 0)
}

// lastCost returns the cost of the operation that was finished last, from its log line.
func (s *scene) lastCost(operation string, responseBytes int) Cost {
	s.t.Helper()
	var line struct {
		Operation, Error string
		DurationMs       int64
		Storage          struct {
			Trips                 int
			ReadUnits, WriteUnits float64
		}
	}
	text := bytes.TrimSpace(s.logged.Bytes())
	if err := json.Unmarshal(text, &line); err != nil {
		s.t.Fatalf("%s: want one log line, got %s: %v", operation, text, err)
	}
	if line.Operation != operation || line.Error != "" {
		s.t.Fatalf("want the log line of a successful %s, got %s", operation, text)
	}
	return Cost{
		Trips: line.Storage.Trips, ReadUnits: line.Storage.ReadUnits, WriteUnits: line.Storage.WriteUnits,
		WaitMs: line.DurationMs, LogBytes: len(text) + 1, ResponseBytes: responseBytes,
	}
}

// record records the cost of an operation, or of another request to it.
func (s *scene) record(operation, request string, cost Cost) {
	s.t.Helper()
	entry := s.costs[operation]
	switch {
	case request == "" && entry.Cost == nil:
		entry.Cost = &cost
	case request != "" && entry.OtherCosts == nil:
		entry.OtherCosts = map[string]Cost{request: cost}
	case request != "":
		entry.OtherCosts[request] = cost
	default:
		s.t.Fatalf("%s is measured twice", operation)
	}
	s.costs[operation] = entry
}

// text returns a string in a JSON object.
func (s *scene) text(answer object, name string) string {
	s.t.Helper()
	value, isText := answer[name].(string)
	if !isText {
		s.t.Fatalf("want the text %s in %s", name, fmt.Sprint(answer))
	}
	return value
}
