package samlocal

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenantry/tests/client"
)

const (
	hostInContainers = "host.docker.internal"
	startTimeout     = 2 * time.Minute
)

// sam runs the SAM command line with the project's template and build.
type sam struct {
	program   string
	root      string
	arguments []string // for all commands of `sam local`
}

func newSAM(t *testing.T) sam {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	s := sam{program: environment(t, "TENANTRY_SAM"), root: root}
	s.arguments = append(strings.Fields(os.Getenv("TENANTRY_SAM_FLAGS")),
		"--template", filepath.Join(root, "template.yaml"),
		"--add-host", hostInContainers+":host-gateway",
		"--parameter-overrides", parameters(t),
	)
	return s
}

// shared are the outputs of the data stack that the template gets as parameters.
var shared = []string{
	"Table", "TableArn", "TableStreamArn", "Bus", "BusArn", "BackupBucket", "BackupBucketArn", "ParkedRecords",
	"ParkedRecordsArn", "LogGroup", "LogGroupArn", "MailSettings",
}

// parameters returns the parameters of the template: the outputs of the data stack, and those for the local stack.
func parameters(t *testing.T) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(environment(t, "TENANTRY_CREDENTIALS")), "deployed.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var deployed struct{ Outputs map[string]string }
	if err := json.Unmarshal(text, &deployed); err != nil {
		t.Fatal(err)
	}
	pairs := []string{
		"PublicUrl=" + environment(t, "TENANTRY_URL"),
		"DynamoDbEndpoint=" + exposeToContainers(t, environment(t, "TENANTRY_DYNAMODB")),
		"Architecture=" + map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH],
	}
	for _, name := range shared {
		if deployed.Outputs[name] == "" {
			t.Fatalf("%s has no output %s", path, name)
		}
		pairs = append(pairs, name+"="+deployed.Outputs[name])
	}
	return strings.Join(pairs, " ")
}

func (s sam) command(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.program, append(append([]string{"local"}, arguments...), s.arguments...)...)
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(),
		"SAM_CLI_TELEMETRY=0", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ENDPOINT_URL_STS=http://127.0.0.1:9", "AWS_MAX_ATTEMPTS=1", // the call for the account's id fails at once
	)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // sam removes its containers
	cmd.WaitDelay = time.Minute
	return cmd
}

// invoke invokes a function and returns its output. The exit status of sam is 0 even if the function fails.
func (s sam) invoke(t *testing.T, function string, event any) string {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.command(t.Context(), "invoke", function, "--event", "-")
	var log strings.Builder
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(text)), &log
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("sam local invoke %s: %v\n%s", function, err, log.String())
	}
	t.Logf("sam local invoke %s printed\n%s", function, log.String())
	return string(output)
}

// startAPI runs `sam local start-api` until the test ends, and returns its URL.
func (s sam) startAPI(t *testing.T) string {
	t.Helper()
	port := client.FreePort(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := s.command(ctx, "start-api", "--host", "127.0.0.1", "--port", port, "--warm-containers", "LAZY")
	log, err := os.Create(filepath.Join(t.TempDir(), "start-api.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // returns an error because a signal ended the process
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("sam local start-api printed\n%s", text)
		}
		_ = log.Close()
	})
	address := net.JoinHostPort("127.0.0.1", port)
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = connection.Close()
			return "http://" + address
		}
	}
	t.Fatalf("sam local start-api does not listen after %s", startTimeout)
	return ""
}

// request returns the event that API Gateway sends to a function for a request.
func request(method, path string, body any) map[string]any {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return map[string]any{
		"version": "2.0", "routeKey": method + " " + path, "rawPath": path, "rawQueryString": "",
		"headers": map[string]string{"content-type": "application/json"},
		"requestContext": map[string]any{
			"requestId": "sam-local-invoke", "stage": "$default",
			"http": map[string]string{"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
		},
		"body": string(text), "isBase64Encoded": false,
	}
}

// response is the response of a function to API Gateway.
type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

func readResponse(t *testing.T, text string) response {
	t.Helper()
	var r response
	if err := json.Unmarshal([]byte(text), &r); err != nil || r.StatusCode == 0 {
		t.Fatalf("the output is no response to API Gateway: %q, error %v", text, err)
	}
	return r
}
