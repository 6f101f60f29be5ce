package pump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Position is how far a mapping has come: everything up to the sequence number is dealt with.
type Position struct {
	Stream   string `json:"stream"` // ARN; another one means that the table was made anew
	Sequence string `json:"sequence"`
}

// CheckpointFile keeps a position through crashes.
type CheckpointFile string

// Load returns the position, or none when there is no file yet.
func (path CheckpointFile) Load() (Position, bool, error) {
	var p Position
	data, err := os.ReadFile(string(path))
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return p, false, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return p, true, nil
}

// Save replaces the position as a whole: a crash leaves the old one or the new one.
func (path CheckpointFile) Save(p Position) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	if err := replaceFile(string(path), data); err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return nil
}

func replaceFile(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
