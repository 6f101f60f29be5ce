// Package state reads and writes the files that the local stack keeps between commands.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"tenantry/local/apigateway"
	"tenantry/local/lambda"
	"tenantry/local/process"
	"tenantry/local/pump"
)

// Dir is the folder of one stack. Stacks in different folders can run side by side.
type Dir string

// Path returns the path of a file in the folder.
func (d Dir) Path(elements ...string) string {
	return filepath.Join(append([]string{string(d)}, elements...)...)
}

// Data returns the path of a file of the stack's data, which `make reset` deletes.
func (d Dir) Data(elements ...string) string {
	return d.Path(append([]string{"data"}, elements...)...)
}

// Log returns the path of a log.
func (d Dir) Log(name string) string { return d.Path("log", name+".log") }

// Marker returns the variable that marks the processes of this stack: it is in the environment of each of them.
func (d Dir) Marker() string { return "TENANTRY_LOCAL_STACK=" + string(d) }

// Running describes a running stack. The supervisor writes it.
type Running struct {
	Supervisor process.ID   `json:"supervisor"`
	Children   []process.ID `json:"children"` // ministack, dynoxide; each is the leader of its session
	Ready      bool         `json:"ready"`    // the front door serves requests
	Program    string       `json:"program"`  // hash of the version of the local stack that runs
	Port       int          `json:"port"`
	URL        string       `json:"url"`
	Emulator   string       `json:"emulator"`
	DynamoDB   string       `json:"dynamodb"`
}

// Deployed describes the last deployment. Its JSON, except for the fingerprint, is the output of deploy.py.
type Deployed struct {
	Fingerprint string             `json:"fingerprint"`
	API         string             `json:"api"` // id of the HTTP API
	Routes      []apigateway.Route `json:"routes"`
	Functions   []lambda.Function  `json:"functions"`
	Buckets     []string           `json:"buckets"`
	Consumers   []pump.Mapping     `json:"consumers"`
	Outputs     map[string]string  `json:"outputs"`
}

// Credentials are the credentials of the first administrator, and the addresses at which to use them.
type Credentials struct {
	URL      string `json:"url"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Emulator string `json:"emulator"`
}

// Ports are the stack's ports. They are saved so that its addresses stay the same from run to run.
type Ports struct {
	Front    int `json:"front"`
	Emulator int `json:"emulator"`
	DynamoDB int `json:"dynamodb"`
}

// File is the path of a JSON file that holds a T.
type File[T any] string

// Running returns the file that exists while the supervisor runs.
func (d Dir) Running() File[Running] { return File[Running](d.Path("running.json")) }

// Deployed returns the file that exists after a successful deployment.
func (d Dir) Deployed() File[Deployed] { return File[Deployed](d.Path("deployed.json")) }

// Credentials returns the file that exists once the administrator exists.
func (d Dir) Credentials() File[Credentials] { return File[Credentials](d.Path("credentials.json")) }

// PendingCredentials returns the file that holds the administrator's password while the administrator is being created.
func (d Dir) PendingCredentials() File[Credentials] {
	return File[Credentials](d.Path("credentials.pending.json"))
}

// Ports returns the file that exists after the first start.
func (d Dir) Ports() File[Ports] { return File[Ports](d.Path("ports.json")) }

// Load returns the content of the file, or the zero value if the file does not exist.
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

// Save replaces the file in one step. Only the file's owner may read it, because credentials.json holds a password.
func (f File[T]) Save(value T) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	next := string(f) + ".next"
	if err = os.WriteFile(next, append(data, '\n'), 0o600); err == nil {
		err = os.Rename(next, string(f))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

// Remove deletes the file, if it exists.
func (f File[T]) Remove() error {
	if err := os.Remove(string(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Lock locks a folder against other commands, until the returned file is closed or the process ends. It waits while
// another command holds the lock.
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
