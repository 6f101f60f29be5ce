// Package deploy deploys stages with the command of `make deploy` into the running local stack's emulator
// and into moto.
package deploy

import (
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// TestStages deploys two stages side by side, a stage whose first deployment fails, an update, and an update that rolls
// back. stages.py says what it expects.
func TestStages(t *testing.T) {
	emulator := client.Running(t).Emulator
	deployStages(t, strings.Replace(emulator, "127.0.0.1", "localhost", 1), "ministack")
}

// TestDataInSecondEmulator deploys two data stacks side by side into moto, an emulator with other gaps than ministack.
func TestDataInSecondEmulator(t *testing.T) {
	client.Running(t) // skips the test without a stack, as the other tests in tests/
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "tools/venv.sh", ".local/tools-venv", "tools/requirements.txt")
	install.Dir = root
	if output, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	_ = listener.Close()
	server := exec.CommandContext(t.Context(), filepath.Join(root, ".local/tools-venv/bin/moto_server"), "-p", port)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Wait() }) // the end of the test's context ends the server
	for range 600 {
		connection, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = connection.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	deployStages(t, "http://localhost:"+port, "moto")
}

func deployStages(t *testing.T, url, emulator string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "./run.sh", url, emulator).CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Errorf("the stages were not deployed as expected: %v", err)
	}
}
