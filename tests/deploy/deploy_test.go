// Package deploy deploys stages with the command of `make deploy` into ministack and into moto.
package deploy

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tenantry/tests/client"
)

// TestStages deploys two stages side by side, a stage whose first deployment fails, an update, and an update that rolls
// back. stages.py says what it expects. The ministack is not that of the stack, which lacks the services of the edge.
func TestStages(t *testing.T) {
	client.Running(t) // skips the test without a stack, as the other tests in tests/
	folder, port := t.TempDir(), client.FreePort(t)
	server := exec.CommandContext(t.Context(), filepath.Join(root(t), ".local/tools/venv/bin/python"), "-m", "ministack")
	server.Dir = folder
	server.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder, "STATE_DIR=" + folder, "S3_DATA_DIR=" + folder,
		"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port, "LAMBDA_EXECUTOR=local", "DOCKER_HOST=unix://" + folder + "/no-docker",
		"IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
	}
	start(t, server, port)
	deployStages(t, "http://localhost:"+port, "ministack")
}

// TestDataInSecondEmulator deploys two data stacks side by side into moto, an emulator with other gaps than ministack.
func TestDataInSecondEmulator(t *testing.T) {
	client.Running(t) // skips the test without a stack, as the other tests in tests/
	install := exec.CommandContext(t.Context(), "tools/venv.sh", ".local/tools-venv", "tools/requirements.txt")
	install.Dir = root(t)
	if output, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	port := client.FreePort(t)
	server := filepath.Join(root(t), ".local/tools-venv/bin/moto_server")
	start(t, exec.CommandContext(t.Context(), server, "-p", port), port)
	deployStages(t, "http://localhost:"+port, "moto")
}

// root returns the folder of the checkout.
func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// start starts an emulator and waits until it listens. The end of the test ends the emulator.
func start(t *testing.T, server *exec.Cmd, port string) {
	t.Helper()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Wait() }) // the end of the test's context ends the server
	for range 600 {
		connection, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = connection.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the emulator does not listen")
}

func deployStages(t *testing.T, url, emulator string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "./run.sh", url, emulator).CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Errorf("the stages were not deployed as expected: %v", err)
	}
}
