// Package emulator starts and calls the two emulators: dynoxide for the table, and ministack for all other services.
package emulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"tenantry/local/state"
)

// Region is the AWS region of the local stack.
const Region = "us-east-1"

// services are the services that ministack starts: those that the template uses. The others would only use memory.
const services = "apigateway,cloudformation,dynamodb,events,iam,lambda,logs,monitoring,s3,scheduler,ses,sns,sqs,ssm," +
	"states,sts"

// Tools is the folder in which the pinned tools are installed.
type Tools string

// Python returns the path of the Python interpreter that has ministack's packages.
func (t Tools) Python() string { return filepath.Join(string(t), "venv", "bin", "python") }

// Dynoxide returns the path of dynoxide: that in the environment variable DYNOXIDE, or else the pinned one.
func (t Tools) Dynoxide() string {
	if path := os.Getenv("DYNOXIDE"); path != "" {
		return path
	}
	return filepath.Join(string(t), "node_modules", "@dynoxide", "linux-x64", "dynoxide")
}

// Database returns the path of the file in which dynoxide keeps the table.
func Database(dir state.Dir) string { return dir.Data("table.db") }

// DynoxideCommand returns the command that starts dynoxide on a loopback port.
func DynoxideCommand(tools Tools, dir state.Dir, port int) *exec.Cmd {
	cmd := exec.Command(tools.Dynoxide(), "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", Database(dir))
	cmd.Env = []string{dir.Marker(), "PATH=" + os.Getenv("PATH"), "HOME=" + dir.Path("tmp")}
	return cmd
}

// MinistackCommand returns the command that starts ministack on a loopback port. Its workflows, queues and schedules
// invoke functions at the URL functions. The secret signs URLs of backups. The environment contains no AWS profile, proxy
// or credentials of the user.
func MinistackCommand(tools Tools, dir state.Dir, root string, port int, functions, secret string) *exec.Cmd {
	cmd := exec.Command(tools.Python(), filepath.Join(root, "local", "emulator", "launch.py"))
	cmd.Env = append(baseVariables(dir, port, secret),
		"PYTHONDONTWRITEBYTECODE=1",
		"BIND_HOST=127.0.0.1",
		"GATEWAY_PORT="+strconv.Itoa(port),
		"MINISTACK_REGION="+Region,
		"SERVICES="+services,
		"PERSIST_STATE=1",
		"STATE_DIR="+dir.Data("ministack"),
		"S3_PERSIST=1",
		"S3_DATA_DIR="+dir.Data("buckets"),
		"FUNCTIONS_URL="+functions,
		"LAMBDA_EXECUTOR=local",
		"DOCKER_HOST=unix://"+dir.Path("no-docker"), // ministack would remove containers of other ministacks
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	)
	return cmd
}

// FunctionVariables returns the environment variables of every function, without those of its own. The function's AWS
// clients call the ministack on the port.
func FunctionVariables(dir state.Dir, port int, secret string) []string {
	return append(baseVariables(dir, port, secret),
		"AWS_REGION="+Region,
		"AWS_DEFAULT_REGION="+Region,
		"AWS_ACCESS_KEY_ID=000000000000", // ministack takes it for the number of the account
	)
}

// baseVariables are the environment variables of ministack and of the functions.
func baseVariables(dir state.Dir, port int, secret string) []string {
	return []string{
		dir.Marker(),
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + dir.Path("tmp"),
		"TMPDIR=" + dir.Path("tmp"),
		"AWS_ENDPOINT_URL=" + Address(port),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_SECRET_ACCESS_KEY=" + secret,
	}
}

// Address returns the URL of a program that listens on a loopback port.
func Address(port int) string { return "http://127.0.0.1:" + strconv.Itoa(port) }

// FreePort returns the preferred port if nothing listens on it, or else another free port.
func FreePort(preferred int) (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(preferred))
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// AwaitResponse waits until a URL returns an HTTP response, whatever its status.
func AwaitResponse(ctx context.Context, url string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no response from %s: %w", url, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
