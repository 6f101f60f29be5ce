package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"tenantry/local/emulator"
	"tenantry/local/state"
)

const stackName = "tenantry"

// build compiles all functions. The compiler's cache skips unchanged ones.
func (s *Stack) build() (string, error) {
	cmd := exec.Command(filepath.Join(s.Root, "local", "build.sh"))
	cmd.Dir = s.Root
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output.String())
	}
	return strings.TrimSpace(output.String()), nil
}

// deploy deploys the templates and the functions, unless nothing has changed since the last deployment.
func (s *Stack) deploy(ctx context.Context) (string, error) {
	running, _, err := s.running()
	if err != nil {
		return "", err
	}
	parameters := []string{
		"PublicUrl=" + running.URL,
		"MailFrom=Tenantry <no-reply@tenantry.example>",
		"MailDomain=tenantry.example",
		"DynamoDbEndpoint=" + running.DynamoDB,
		"StorageUrl=" + running.URL,
		"Architecture=" + map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH],
	}
	parameters = append(parameters, strings.Fields(os.Getenv("PARAMETERS"))...) // the last value of a parameter counts
	fingerprint, err := s.fingerprint(parameters)
	if err != nil {
		return "", err
	}
	earlier, err := s.Dir.Deployed().Load()
	if err != nil {
		return "", err
	}
	if earlier.Fingerprint == fingerprint {
		return "no changes", nil
	}
	// If this deployment fails halfway, the next `make up` must not skip it.
	if err := s.Dir.Deployed().Remove(); err != nil {
		return "", err
	}
	deployed, err := s.callDeployer(ctx, running, parameters)
	if err != nil {
		return "", err
	}
	if err := (emulator.Client{Endpoint: running.Emulator}).Save(ctx); err != nil {
		return "", err
	}
	deployed.Fingerprint = fingerprint
	if err := s.Dir.Deployed().Save(deployed); err != nil {
		return "", err
	}
	if err := syscall.Kill(running.Supervisor.PID, syscall.SIGHUP); err != nil {
		return "", fmt.Errorf("signal the supervisor: %w", err)
	}
	return "deployed infra/data.yaml and template.yaml", s.deleteOldCode(earlier, deployed)
}

// deleteOldCode deletes the programs of functions that neither deployment has. The functions of the earlier one run
// until the supervisor has read the new one. If the earlier one is not known, deleteOldCode deletes nothing.
func (s *Stack) deleteOldCode(earlier, deployed state.Deployed) error {
	if len(earlier.Functions) == 0 {
		return nil
	}
	used := map[string]bool{}
	for _, f := range slices.Concat(earlier.Functions, deployed.Functions) {
		used[filepath.Base(f.Folder)] = true
	}
	folders, err := os.ReadDir(s.Dir.Data("code"))
	for _, folder := range folders {
		if !used[folder.Name()] {
			err = errors.Join(err, os.RemoveAll(s.Dir.Data("code", folder.Name())))
		}
	}
	return err
}

// callDeployer runs deploy.py and returns what it deployed.
func (s *Stack) callDeployer(ctx context.Context, running state.Running, parameters []string) (state.Deployed, error) {
	arguments := append([]string{
		filepath.Join(s.Root, "local", "emulator", "deploy.py"),
		"--root", s.Root, "--stack", stackName,
		"--emulator", running.Emulator, "--dynamodb", running.DynamoDB,
		"--database", emulator.Database(s.Dir), "--code", s.Dir.Data("code"),
	}, parameters...)
	cmd := exec.CommandContext(ctx, s.Tools().Python(), arguments...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.Dir.Path("tmp"), "PYTHONDONTWRITEBYTECODE=1",
		"AWS_REGION=" + emulator.Region, "AWS_DEFAULT_REGION=" + emulator.Region,
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var deployed state.Deployed
	if err := cmd.Run(); err != nil {
		return deployed, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return deployed, json.Unmarshal(stdout.Bytes(), &deployed)
}

// fingerprint returns a hash of everything that a deployment depends on.
func (s *Stack) fingerprint(parameters []string) (string, error) {
	paths := []string{filepath.Join(s.Root, "template.yaml")}
	for _, folder := range []string{"build", "infra", "statemachines", "local/emulator"} {
		files, err := listFiles(filepath.Join(s.Root, folder))
		if err != nil {
			return "", err
		}
		paths = append(paths, files...)
	}
	content, err := hashFiles(paths...)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(content + "\n" + strings.Join(parameters, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// listFiles returns the paths of all files in a folder. It skips build/bin, whose files are also linked into the
// folders of the functions, and Python's caches.
func listFiles(folder string) (paths []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "bin" || entry.Name() == "__pycache__") {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}
