package command

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tenantry/local/process"
	"tenantry/local/state"
)

func TestUpRejectsAUsedPortBeforeItStopsAnything(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	supervisor := exec.Command("sleep", "60")
	if err := supervisor.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = supervisor.Process.Kill()
		_ = supervisor.Wait()
	}()
	var out bytes.Buffer
	s := &Stack{Root: t.TempDir(), Dir: state.Dir(t.TempDir()), Port: listener.Addr().(*net.TCPAddr).Port, Out: &out}
	running := state.Running{Supervisor: process.Identify(supervisor.Process.Pid), Port: 1, Ready: true}
	if err := s.Dir.Running().Save(running); err != nil {
		t.Fatal(err)
	}
	err = s.Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is in use by another program") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that says that the port is in use", err)
	}
	if out.Len() > 0 {
		t.Errorf("printed %q, want nothing", out.String())
	}
	if !running.Supervisor.Alive() {
		t.Error("the running stack was stopped")
	}
	if _, err := os.Stat(s.toolsFolder()); err == nil {
		t.Error("the tools were installed")
	}
}

func TestARunningStackKeepsItsPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := &Stack{Dir: state.Dir(t.TempDir()), Port: listener.Addr().(*net.TCPAddr).Port}
	if err := s.Dir.Running().Save(state.Running{Supervisor: process.Identify(os.Getpid()), Port: s.Port}); err != nil {
		t.Fatal(err)
	}
	if err := s.checkPort(); err != nil {
		t.Error(err)
	}
}
