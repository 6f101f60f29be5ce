package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"tenantry/local/emulator"
	"tenantry/local/state"
)

const stackName = "tenantry"

// build compiles all functions. The compiler itself knows what has changed.
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

// deploy brings what runs up to the template and the code, unless it is there already.
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
	fingerprint, err := s.fingerprint(parameters)
	if err != nil {
		return "", err
	}
	deployed, err := s.Dir.Deployed().Load()
	if err != nil {
		return "", err
	}
	if deployed.Fingerprint == fingerprint {
		return "nothing has changed", nil
	}
	if err := s.Dir.Deployed().Remove(); err != nil { // until it is done, nobody knows what is deployed
		return "", err
	}
	if deployed, err = s.callDeployer(ctx, running, parameters); err != nil {
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
		return "", fmt.Errorf("tell the supervisor: %w", err)
	}
	return "template.yaml into the emulators", nil
}

func (s *Stack) callDeployer(ctx context.Context, running state.Running, parameters []string) (deployed state.Deployed, err error) {
	arguments := append([]string{
		filepath.Join(s.Root, "local", "emulator", "deploy.py"),
		"--template", filepath.Join(s.Root, "template.yaml"), "--stack", stackName,
		"--emulator", running.Emulator, "--dynamodb", running.DynamoDB,
		"--database", emulator.Database(s.Dir), "--code", s.Dir.Data("code"),
	}, parameters...)
	cmd := exec.CommandContext(ctx, s.Tools().Python(), arguments...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.Dir.Path("tmp"), "PYTHONDONTWRITEBYTECODE=1",
		"AWS_REGION=" + emulator.Region, "AWS_DEFAULT_REGION=" + emulator.Region,
	}
	var output, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &complaints
	if err := cmd.Run(); err != nil {
		return deployed, fmt.Errorf("%w\n%s", err, complaints.String())
	}
	return deployed, json.Unmarshal(output.Bytes(), &deployed)
}

// fingerprint changes with everything that a deployment depends on.
func (s *Stack) fingerprint(parameters []string) (string, error) {
	paths := []string{filepath.Join(s.Root, "template.yaml")}
	for _, folder := range []string{"build", "statemachines", "local/emulator"} {
		found, err := filesBelow(filepath.Join(s.Root, folder))
		if err != nil {
			return "", err
		}
		paths = append(paths, found...)
	}
	content, err := hashFiles(paths...)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(content + "\n" + strings.Join(parameters, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// filesBelow lists what a deployment reads: of the build, the functions' folders without what the compiler made them of.
func filesBelow(folder string) (paths []string, err error) {
	if _, err := os.Stat(folder); err != nil {
		return nil, nil //nolint:nilerr // not every project has state machines
	}
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
