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

// InstallTools installs the pinned tools unless they are there.
func (s *Stack) InstallTools() error { return s.step("tools", s.installTools) }

// installTools installs the pinned emulators and the deployer's packages into the checkout, once for each set of pins.
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
		return "", fmt.Errorf("the storage emulator has no package for this kind of machine; "+
			"name a dynoxide 1.2.1 of your own in the variable DYNOXIDE: %w", err)
	}
	if !python && !node {
		return "pinned emulators are there", nil
	}
	return "installed pinned emulators into .local/tools", nil
}

// installOnce installs unless the folder says that it holds exactly what the file pins. It reports whether it did.
func (s *Stack) installOnce(pins, folder string, install func(pinned, target string) error) (bool, error) {
	pinned := filepath.Join(s.Root, "local", "emulator", pins)
	target := filepath.Join(s.toolsFolder(), folder)
	stamp := filepath.Join(target, ".installed")
	want, err := hashFiles(pinned)
	if err != nil {
		return false, err
	}
	if have, _ := os.ReadFile(stamp); string(have) == want {
		return false, nil
	}
	return true, errors.Join(os.RemoveAll(target), install(pinned, target), os.WriteFile(stamp, []byte(want), 0o600))
}

func (s *Stack) installPython(pinned, target string) error {
	if err := quietly("python3", "-m", "venv", target); err != nil {
		return err
	}
	pip := filepath.Join(target, "bin", "pip")
	return quietly(pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement", pinned)
}

func (s *Stack) installNode(pinned, target string) error {
	folder := filepath.Dir(target)
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(pinned), name))
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
	return os.MkdirAll(target, 0o700) // npm makes none when no package is for this machine
}

// quietly runs a program and shows what it printed only when it fails.
func quietly(name string, arguments ...string) error {
	var output bytes.Buffer
	cmd := exec.Command(name, arguments...)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, output.String())
	}
	return nil
}
