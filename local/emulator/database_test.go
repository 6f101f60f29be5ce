package emulator

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python runs a piece of Python that knows database.py.
func python(t *testing.T, code string, arguments ...string) string {
	t.Helper()
	cmd := exec.Command("python3", append([]string{"-B", "-c", "import sys; from database import *; " + code}, arguments...)...)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

// A write does not take longer the more there were before it.
func TestStreamRecordsAreFoundInAnIndex(t *testing.T) {
	database := filepath.Join(t.TempDir(), "table.db")
	s := startStorage(t, database)
	if err := s.createTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	write := func(from, to int) {
		for i := from; i < to; i++ {
			if err := s.put(t.Context(), fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(0, 3)
	for range 2 {
		python(t, "index_stream_records(sys.argv[1])", database)
	}
	if plan := python(t, "print(plan_of_last_number(sys.argv[1]))", database); !strings.Contains(plan, "stream_records_by_number") {
		t.Errorf("plan: %s", plan)
	}
	write(3, 6)
	counted := python(t, `print(sqlite3.connect(sys.argv[1]).execute("SELECT count(DISTINCT sequence_number), count(*) FROM _stream_records").fetchone())`, database)
	if strings.TrimSpace(counted) != "(6, 6)" {
		t.Errorf("numbers, records: %s", counted)
	}
}
