package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, script string, environment ...string) (ID, *exec.Cmd) {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	cmd.Env = append(os.Environ(), environment...)
	id, err := Start(cmd, filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait() }()
	t.Cleanup(func() { id.Stop(0) })
	return id, cmd
}

func TestStopEndsTheProcess(t *testing.T) {
	id, _ := start(t, "exec sleep 60")
	if !id.Alive() {
		t.Fatal("not alive after the start")
	}
	if !id.Stop(time.Minute) || id.Alive() {
		t.Error("still alive after Stop")
	}
}

func TestAnotherProcessWithTheSamePIDIsLeftAlone(t *testing.T) {
	id, cmd := start(t, "exec sleep 60")
	stale := ID{PID: id.PID, Started: "an earlier boot/1"}
	if stale.Alive() || !stale.Stop(time.Minute) {
		t.Error("an ID with another start time counts as alive")
	}
	if cmd.ProcessState != nil || !id.Alive() {
		t.Error("Stop ended a process with another start time")
	}
}

func TestEndSessionKillsOrphansWithTheMarker(t *testing.T) {
	const marker = "STACK_MARKER=" + "TestEndSessionKillsOrphansWithTheMarker"
	pidFile := filepath.Join(t.TempDir(), "pid")
	leader, _ := start(t, "sleep 60 & echo $! > "+pidFile+"; wait", marker)
	var orphan ID
	for deadline := time.Now().Add(time.Minute); orphan.PID == 0 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
		orphan = readID(pidFile)
	}
	leader.Stop(0)
	EndSession(leader.PID, "STACK_MARKER=of another stack")
	if !orphan.Alive() {
		t.Fatal("EndSession killed the orphan of another stack")
	}
	EndSession(leader.PID, marker)
	for deadline := time.Now().Add(time.Minute); orphan.Alive() && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if orphan.Alive() {
		t.Error("the orphan still runs")
	}
}

func readID(pidFile string) ID {
	data, err := os.ReadFile(pidFile)
	pid, convErr := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || convErr != nil {
		return ID{}
	}
	return Identify(pid)
}
