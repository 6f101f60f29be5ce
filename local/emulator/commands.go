// Package emulator runs and calls the two emulators: dynoxide, which holds the table, and ministack, which is the rest.
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

// Region is where the local stack takes itself to be.
const Region = "us-east-1"

// services are the ones of ministack that the template uses; the others would only cost memory.
const services = "apigateway,cloudformation,dynamodb,events,iam,lambda,logs,monitoring,s3,scheduler,ses,sns,sqs,ssm,states,sts"

// Tools is where the pinned tools are installed.
type Tools string

// Python returns the interpreter that has the emulator's packages.
func (t Tools) Python() string { return filepath.Join(string(t), "venv", "bin", "python") }

// Dynoxide returns the storage emulator: the pinned one, unless the environment names another.
func (t Tools) Dynoxide() string {
	if path := os.Getenv("DYNOXIDE"); path != "" {
		return path
	}
	return filepath.Join(string(t), "node_modules", "@dynoxide", "linux-x64", "dynoxide")
}

// Database is the file that dynoxide keeps the table in.
func Database(dir state.Dir) string { return dir.Data("table.db") }

// DynoxideCommand starts the storage emulator on a loopback port.
func DynoxideCommand(tools Tools, dir state.Dir, port int) *exec.Cmd {
	cmd := exec.Command(tools.Dynoxide(), "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", Database(dir))
	cmd.Env = []string{dir.Marker(), "PATH=" + os.Getenv("PATH"), "HOME=" + dir.Path("tmp")}
	return cmd
}

// MinistackCommand starts the emulator of everything else. Its environment holds nothing of the user's, because every
// function inherits it: no profile, proxy or credentials of theirs shall play a part.
func MinistackCommand(tools Tools, dir state.Dir, root string, port int) *exec.Cmd {
	cmd := exec.Command(tools.Python(), filepath.Join(root, "local", "emulator", "launch.py"))
	cmd.Env = []string{
		dir.Marker(),
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + dir.Path("tmp"),
		"TMPDIR=" + dir.Path("tmp"),
		"PYTHONDONTWRITEBYTECODE=1",
		"BIND_HOST=127.0.0.1",
		"GATEWAY_PORT=" + strconv.Itoa(port),
		"AWS_ENDPOINT_URL=" + Address(port),
		"AWS_EC2_METADATA_DISABLED=true",
		"MINISTACK_REGION=" + Region,
		"SERVICES=" + services,
		"PERSIST_STATE=1",
		"STATE_DIR=" + dir.Data("ministack"),
		"S3_PERSIST=1",
		"S3_DATA_DIR=" + dir.Data("buckets"),
		"FUNCTION_LOG=" + dir.Log("functions"),
		"LAMBDA_EXECUTOR=local",
		"DOCKER_HOST=unix://" + dir.Path("no-docker"), // it would remove containers that carry its label
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	}
	return cmd
}

// Address is where a program that listens on a loopback port is reached.
func Address(port int) string { return "http://127.0.0.1:" + strconv.Itoa(port) }

// FreePort returns the wanted port if nothing listens on it, else any free one.
func FreePort(wanted int) (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(wanted))
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// AwaitAnswer waits until an address answers HTTP at all.
func AwaitAnswer(ctx context.Context, url string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
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
			return fmt.Errorf("nothing answers on %s: %w", url, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
