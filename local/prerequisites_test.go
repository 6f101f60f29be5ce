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
		"go1.24.4": "(found go1.24.4; run `go env -w GOTOOLCHAIN=auto`", "go1.21.0": "GOTOOLCHAIN=auto",
		"go1.19.8": "(found go1.19.8; install it from", "go1.2": "install it from",
		"": "(found no working Go; install it from",
	} {
		folder := t.TempDir()
		for name, script := range map[string]string{"go": "echo " + version, "python3": "exit 0", "npm": "exit 0", "node": "exit 0"} {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
		}
		cmd := exec.Command("./prerequisites.sh")
		cmd.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH")}
		output, err := cmd.CombinedOutput()
		if want == "" && (err != nil || len(output) > 0) {
			t.Errorf("%s: error %v, output %q, want no error and no output", version, err, output)
		}
		if want != "" && (err == nil || !strings.Contains(string(output), want) || strings.Count(string(output), "\n") != 1) {
			t.Errorf("%s: error %v, output %q, want an error and one line with %q", version, err, output, want)
		}
	}
}
