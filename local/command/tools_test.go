package command

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFailedInstallationIsRepeated(t *testing.T) {
	s := &Stack{Root: t.TempDir()}
	pins := filepath.Join(s.Root, "local", "emulator", "requirements.txt")
	err := errors.Join(os.MkdirAll(filepath.Dir(pins), 0o700), os.WriteFile(pins, []byte("package==1\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	failure := errors.New("no network")
	for attempt, result := range []error{failure, nil, nil} {
		calls := 0
		_, err := s.installOnce("requirements.txt", "venv", func(_, target string) error {
			calls++
			return errors.Join(os.MkdirAll(target, 0o700), result)
		})
		if !errors.Is(err, result) {
			t.Errorf("attempt %d: error %v, want %v", attempt, err, result)
		}
		if want := min(1, 2-attempt); calls != want {
			t.Errorf("attempt %d installed %d times, want %d", attempt, calls, want)
		}
	}
}
