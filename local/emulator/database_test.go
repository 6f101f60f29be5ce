package emulator

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python runs Python code that has imported database.py, and returns its output.
func python(t *testing.T, code string, arguments ...string) string {
	t.Helper()
	program := "import sys; from database import *; " + code
	cmd := exec.Command("python3", append([]string{"-B", "-c", program}, arguments...)...)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

func TestDynoxideFindsTheLastStreamRecordInTheIndex(t *testing.T) {
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
	plan := python(t, "print(explain_last_number(sys.argv[1]))", database)
	if !strings.Contains(plan, "stream_records_by_number") {
		t.Errorf("the query plan does not use the index: %s", plan)
	}
	write(3, 6)
	counts := python(t, "print(sqlite3.connect(sys.argv[1]).execute("+
		`"SELECT count(DISTINCT sequence_number), count(*) FROM _stream_records").fetchone())`, database)
	if strings.TrimSpace(counts) != "(6, 6)" {
		t.Errorf("distinct sequence numbers and records: %s, want (6, 6)", counts)
	}
}
