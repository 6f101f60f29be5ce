// Package deploy deploys stages with the command of `make deploy` into the running local stack's emulator.
package deploy

import (
	"os/exec"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// TestStages deploys two stages side by side, a stage whose first deployment fails, an update, and an update that rolls
// back. stages.py says what it expects.
func TestStages(t *testing.T) {
	emulator := strings.Replace(client.Running(t).Emulator, "127.0.0.1", "localhost", 1) // by which the emulator knows a bucket's URL
	output, err := exec.CommandContext(t.Context(), "./run.sh", emulator, "ministack").CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Errorf("the stages were not deployed as expected: %v", err)
	}
}
