package apigateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/local/lambda"
)

// echo is a function that responds with its event.
type echo struct{}

func (echo) Invoke(_ string, event []byte) (lambda.Response, error) {
	payload, err := json.Marshal(events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: string(event)})
	return lambda.Response{Payload: payload}, err
}

// The same requests go to `sam local`, in Docker, and to an API with the same routes. Bodies in base64 are not compared:
// sam local responds with 502 to application/octet-stream.
func TestEventsAreThoseOfSAMLocal(t *testing.T) {
	api := httptest.NewServer(&API{
		Routes: []Route{
			{Method: "ANY", Path: "/items/{id}"},
			{Method: "GET", Path: "/items/{id}/parts/{part}"},
			{Method: "ANY", Path: "/{proxy+}"},
		},
		Functions: echo{}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	defer api.Close()
	sam := startSAM(t)
	for name, r := range map[string]request{
		"path parameter":      {method: "GET", target: "/items/17"},
		"path parameters":     {method: "GET", target: "/items/17/parts/3"},
		"greedy parameter":    {method: "GET", target: "/a/b/c"},
		"escapes in the path": {method: "GET", target: "/items/login%3Aada%40example.com"},
		"space in the path":   {method: "GET", target: "/items/a%20b"},
		"other letters":       {method: "GET", target: "/items/%E6%9D%8E"},
		"query":               {method: "GET", target: "/items/17?a=1&b=x%20y&c=%C3%A9&d="},
		"repeated parameter":  {method: "GET", target: "/items/17?a=1&b=2&a=3"},
		"cookies":             {method: "GET", target: "/items/17", header: http.Header{"Cookie": {"a=1; b=2"}}},
		"header":              {method: "GET", target: "/items/17", header: http.Header{"If-None-Match": {`"7"`, `"8"`}}},
		"JSON":                {"PUT", "/items/17", `{"name":"O'Neil 李"}`, typed("application/json")},
		"JSON with a charset": {"PATCH", "/items/17", `{}`, typed("application/json; charset=utf-8")},
		"text":                {"POST", "/items/17", "a,b\r\n1,2\r\n", typed("text/csv")},
		"no content":          {"DELETE", "/items/17", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := send(t, api.URL, r), send(t, sam, r)
			if want = asDocumented(want, got); !reflect.DeepEqual(got, want) {
				t.Errorf("the event is\n%+v, that of sam local\n%+v", got, want)
			}
		})
	}
}

type request struct {
	method, target, body string
	header               http.Header
}

func typed(contentType string) http.Header { return http.Header{"Content-Type": {contentType}} }

// asDocumented returns an event of sam local without its known differences from the documentation of AWS: the names of
// headers are not in lower case, cookies are among the headers too, X-Forwarded-For is missing, the user agent is
// constant, the route key has the request's method, and timeEpoch is in seconds. It takes over what differs in each API
// or request.
func asDocumented(event, other events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	headers := map[string]string{}
	for name, value := range event.Headers {
		headers[strings.ToLower(name)] = value
	}
	for _, name := range []string{"host", "x-forwarded-for", "x-forwarded-port"} {
		headers[name] = other.Headers[name]
	}
	delete(headers, "cookie")
	event.Headers = headers
	if len(event.Cookies) == 0 {
		event.Cookies = nil
	}
	event.RouteKey = other.RouteKey
	description := event.RequestContext.HTTP
	description.UserAgent = other.RequestContext.HTTP.UserAgent
	event.RequestContext = other.RequestContext
	event.RequestContext.HTTP = description
	return event
}

func send(t *testing.T, server string, r request) (event events.APIGatewayV2HTTPRequest) {
	t.Helper()
	outgoing, err := http.NewRequestWithContext(t.Context(), r.method, server+r.target, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.header != nil {
		outgoing.Header = r.header.Clone()
	}
	response, err := http.DefaultClient.Do(outgoing)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(text, &event) != nil {
		t.Fatalf("%s responded %d %s, want an event; error %v", server, response.StatusCode, text, err)
	}
	return event
}

// startSAM runs `sam local start-api` with the template in testdata until the test ends, and returns its URL. It skips
// the test if there is no SAM.
func startSAM(t *testing.T) string {
	t.Helper()
	program := os.Getenv("TENANTRY_SAM")
	if program == "" {
		t.Skip("TENANTRY_SAM is not set: run `make sam-local`")
	}
	folder := t.TempDir()
	bootstrap := filepath.Join(folder, "echo", "bootstrap")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bootstrap, "./testdata/echo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+runtime.GOARCH)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the function: %v\n%s", err, output)
	}
	template, err := os.ReadFile("testdata/echo.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "template.yaml"), template, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	ctx, cancel := context.WithCancel(context.Background())
	arguments := []string{"local", "start-api", "--port", port, "--warm-containers", "LAZY"}
	arguments = append(arguments, strings.Fields(os.Getenv("TENANTRY_SAM_FLAGS"))...)
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "SAM_CLI_TELEMETRY=0", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_ENDPOINT_URL_STS=http://127.0.0.1:9", "AWS_MAX_ATTEMPTS=1")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // sam removes its containers
	cmd.WaitDelay = time.Minute
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // returns an error because a signal ended the process
		if t.Failed() {
			t.Logf("sam local start-api printed\n%s", log.String())
		}
	})
	for range 600 {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			return "http://" + address
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatal("sam local start-api does not listen after two minutes")
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
