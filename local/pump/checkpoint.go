package pump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Position is a position in a stream. All records up to the sequence number have been processed or given up.
type Position struct {
	Stream   string `json:"stream"` // ARN; it changes when the table is created again
	Sequence string `json:"sequence"`
}

// CheckpointFile is the path of the file that holds the position of one mapping.
type CheckpointFile string

// Load returns the position. It returns false if the file does not exist.
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

// Save replaces the position. After a crash the file holds either the old position or the new one.
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

// replaceFile writes a new file, syncs it to disk and renames it to the path.
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
