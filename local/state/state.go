// Package state knows the files in which the local stack keeps what it needs between commands.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"tenantry/local/process"
	"tenantry/local/pump"
)

// Dir is one stack's folder. Several stacks can run side by side, each with its own.
type Dir string

// Path returns the path of a file in the folder.
func (d Dir) Path(elements ...string) string {
	return filepath.Join(append([]string{string(d)}, elements...)...)
}

// Data is forgotten by a reset; everything else can be made again.
func (d Dir) Data(elements ...string) string {
	return d.Path(append([]string{"data"}, elements...)...)
}

// Log returns the path of a log.
func (d Dir) Log(name string) string { return d.Path("log", name+".log") }

// Marker stands in the environment of every process of this stack.
func (d Dir) Marker() string { return "TENANTRY_LOCAL_STACK=" + string(d) }

// Running is what the supervisor tells about itself as long as it runs.
type Running struct {
	Supervisor process.ID   `json:"supervisor"`
	Children   []process.ID `json:"children"` // the leaders of their sessions
	Ready      bool         `json:"ready"`    // answers at its address
	Program    string       `json:"program"`  // which version of the local stack runs
	Port       int          `json:"port"`
	URL        string       `json:"url"`
	Emulator   string       `json:"emulator"`
	DynamoDB   string       `json:"dynamodb"`
}

// Deployed is what the last deployment left in the emulators.
type Deployed struct {
	Fingerprint string            `json:"fingerprint"`
	API         string            `json:"api"`
	Buckets     []string          `json:"buckets"`
	Consumers   []pump.Mapping    `json:"consumers"`
	Outputs     map[string]string `json:"outputs"`
}

// Credentials are the first administrator's, and where to use them.
type Credentials struct {
	URL      string `json:"url"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Emulator string `json:"emulator"`
}

// Ports are remembered, so that addresses stay the same from run to run.
type Ports struct {
	Front    int `json:"front"`
	Emulator int `json:"emulator"`
	DynamoDB int `json:"dynamodb"`
}

// File is one JSON document of the folder.
type File[T any] string

// Running is there while the supervisor runs.
func (d Dir) Running() File[Running] { return File[Running](d.Path("running.json")) }

// Deployed is there once a deployment has succeeded.
func (d Dir) Deployed() File[Deployed] { return File[Deployed](d.Path("deployed.json")) }

// Credentials are there once the administrator is.
func (d Dir) Credentials() File[Credentials] { return File[Credentials](d.Path("credentials.json")) }

// Ports are there after the first start.
func (d Dir) Ports() File[Ports] { return File[Ports](d.Path("ports.json")) }

// Load returns the document, or its zero value when there is none.
func (f File[T]) Load() (value T, err error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return value, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		return value, fmt.Errorf("read %s: %w", f, err)
	}
	return value, nil
}

// Save replaces the document as a whole. Only its owner may read it: one of them holds a password.
func (f File[T]) Save(value T) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	next := string(f) + ".next"
	if err := errors.Join(os.WriteFile(next, append(data, '\n'), 0o600), os.Rename(next, string(f))); err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

// Remove forgets the document.
func (f File[T]) Remove() error {
	if err := os.Remove(string(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Lock keeps other commands out of a folder until it is closed or the process ends.
func Lock(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock %s: %w", folder, err)
	}
	return file, nil
}
