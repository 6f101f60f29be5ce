package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrerequisites(t *testing.T) {
	for version, want := range map[string]string{
		"go1.26.0": "", "go1.30": "",
		"go1.24.4": "(here is go1.24.4; `go env -w GOTOOLCHAIN=auto`", "go1.21.0": "GOTOOLCHAIN=auto",
		"go1.19.8": "(here is go1.19.8; take it from", "go1.2": "take it from", "": "(here is none that works; take it from",
	} {
		folder := t.TempDir()
		for name, script := range map[string]string{"go": "echo " + version, "python3": "exit 0", "npm": "exit 0"} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
		}
		cmd := exec.Command("./prerequisites.sh")
		cmd.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH")}
		said, err := cmd.CombinedOutput()
		if want == "" && (err != nil || len(said) > 0) {
			t.Errorf("%s: %v, says %s", version, err, said)
		}
		if want != "" && (err == nil || !strings.Contains(string(said), want) || strings.Count(string(said), "\n") != 1) {
			t.Errorf("%s: %v, says %s", version, err, said)
		}
	}
}
