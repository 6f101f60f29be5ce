package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tenantry/local/state"
)

// InstallTools installs the pinned tools, unless they are already installed.
func (s *Stack) InstallTools() error { return s.step("tools", s.installTools) }

// installTools installs the pinned emulators and the deployer's packages into the checkout. It installs them again only
// when a pinned version has changed.
func (s *Stack) installTools() (string, error) {
	lock, err := state.Lock(s.toolsFolder())
	if err != nil {
		return "", err
	}
	defer lock.Close()
	python, err := s.installOnce("requirements.txt", "venv", s.installPython)
	if err != nil {
		return "", err
	}
	node, err := s.installOnce("package-lock.json", "node_modules", s.installNode)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(s.Tools().Dynoxide()); err != nil {
		return "", fmt.Errorf("npm has no dynoxide for this platform: "+
			"set DYNOXIDE to the path of a dynoxide 1.2.1 binary: %w", err)
	}
	if !python && !node {
		return "already installed", nil
	}
	return "installed the pinned emulators into .local/tools", nil
}

// installOnce calls install, unless the target folder was installed from this very file of pinned versions. It reports
// whether it called install.
func (s *Stack) installOnce(pinsName, targetName string, install func(pins, target string) error) (bool, error) {
	pins := filepath.Join(s.Root, "local", "emulator", pinsName)
	target := filepath.Join(s.toolsFolder(), targetName)
	stamp := filepath.Join(target, ".installed")
	hash, err := hashFiles(pins)
	if err != nil {
		return false, err
	}
	if installed, _ := os.ReadFile(stamp); string(installed) == hash {
		return false, nil
	}
	if err := errors.Join(os.RemoveAll(target), install(pins, target)); err != nil {
		return false, err
	}
	return true, os.WriteFile(stamp, []byte(hash), 0o600)
}

func (s *Stack) installPython(pins, target string) error {
	if err := quietly("python3", "-m", "venv", target); err != nil {
		return err
	}
	pip := filepath.Join(target, "bin", "pip")
	return quietly(pip, "install", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--require-hashes", "--requirement", pins)
}

func (s *Stack) installNode(pins, target string) error {
	folder := filepath.Dir(target)
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(pins), name))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	if err := quietly("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return err
	}
	return os.MkdirAll(target, 0o700) // npm creates no folder if no package supports this platform
}

// quietly runs a program. If the program fails, the error contains its output.
func quietly(name string, arguments ...string) error {
	var output bytes.Buffer
	cmd := exec.Command(name, arguments...)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, output.String())
	}
	return nil
}
