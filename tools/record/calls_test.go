package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const log = `START RequestId: 1
{"time":"2026-11-24T08:00:00Z","level":"INFO","msg":"operation finished","operation":"listCustomers","storage":{"trips":2,"calls":["dynamodb:Query table/index/customers-by-owner","dynamodb:BatchGetItem table"]}}
2026-11-24 08:00:01 createCustomer | {"msg":"operation finished","operation":"createCustomer","storage":{"calls":["dynamodb:PutItem table","dynamodb:PutItem table"]}}
{"msg":"operation finished","operation":"getHealth","storage":{"calls":[]}}
{"msg":"operation failed","operation":"dropTable","storage":{"calls":["dynamodb:DeleteTable table"]}}
{"msg":"operation finished","operation":"cut`

const recorded = `{
  "createCustomer": [
    "dynamodb:PutItem table"
  ],
  "getHealth": [],
  "listCustomers": [
    "dynamodb:BatchGetItem table",
    "dynamodb:Query index/customers-by-owner"
  ]
}
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRecordsAFolderOfLogs(t *testing.T) {
	logs, into := write(t, "functions.log", log), filepath.Join(t.TempDir(), "calls.json")
	for range 2 {
		if err := run(into, []string{filepath.Dir(logs)}, false, false); err != nil {
			t.Fatal(err)
		}
		if got := read(t, into); got != recorded {
			t.Fatalf("recorded %s, want %s", got, recorded)
		}
	}
}

func TestMergesUnlessFresh(t *testing.T) {
	logs := write(t, "functions.log", log)
	into := write(t, "calls.json", `{"getHealth":["dynamodb:GetItem table"],"signIn":["dynamodb:GetItem table"]}`)
	if err := run(into, []string{logs}, false, false); err != nil {
		t.Fatal(err)
	}
	if got := read(t, into); strings.Count(got, "dynamodb:GetItem table") != 2 || !strings.Contains(got, "listCustomers") {
		t.Errorf("merged into %s", got)
	}
	if err := run(into, []string{logs}, false, true); err != nil {
		t.Fatal(err)
	}
	if got := read(t, into); got != recorded {
		t.Errorf("afresh %s, want %s", got, recorded)
	}
}

func TestCheckNamesEveryDifference(t *testing.T) {
	logs := write(t, "functions.log", log)
	cases := []struct{ name, file, want string }{
		{"same", recorded, ""},
		{"call not in the file", strings.Replace(recorded, `"dynamodb:BatchGetItem table",`, "", 1), "listCustomers: dynamodb:BatchGetItem table: made, but not in the file"},
		{"operation not in the file", strings.Replace(recorded, `  "getHealth": [],`, "", 1), "getHealth: made, but not in the file"},
		{"call that no test made", strings.Replace(recorded, `[]`, `["dynamodb:GetItem table"]`, 1), "getHealth: dynamodb:GetItem table: in the file, but no test made it"},
		{"operation that no test ran", strings.Replace(recorded, `  "getHealth": [],`, `"getHealth": [], "signIn": [],`, 1), "signIn: in the file, but no test made it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			into := write(t, "calls.json", c.file)
			err := run(into, []string{logs}, true, false)
			if (err == nil) != (c.want == "") || err != nil && !strings.HasSuffix(err.Error(), "\n  "+c.want) {
				t.Errorf("check says %v, want %q", err, c.want)
			}
			if read(t, into) != c.file {
				t.Error("a check wrote the file")
			}
		})
	}
}

// Whoever sends a transaction may look for what became of it, and needs the permission for that although no answer was lost
// while calls were recorded. A look that was made, as may happen under load, is then no difference.
func TestATransactionStandsForTheLookAfterIt(t *testing.T) {
	const (
		quiet = `{"msg":"operation finished","operation":"createAdministrator","storage":{"calls":["dynamodb:TransactWriteItems table","dynamodb:PutItem table"]}}`
		busy  = `{"msg":"operation finished","operation":"createAdministrator","storage":{"calls":["dynamodb:TransactWriteItems table","dynamodb:PutItem table","dynamodb:BatchGetItem table"]}}`
		want  = "{\n  \"createAdministrator\": [\n    \"dynamodb:BatchGetItem table\",\n    \"dynamodb:PutItem table\"\n  ]\n}\n"
	)
	into := filepath.Join(t.TempDir(), "calls.json")
	if err := run(into, []string{write(t, "functions.log", quiet)}, false, true); err != nil {
		t.Fatal(err)
	}
	if got := read(t, into); got != want {
		t.Errorf("recorded %s, want %s", got, want)
	}
	if err := run(into, []string{write(t, "functions.log", busy)}, true, false); err != nil {
		t.Errorf("with a look: %v", err)
	}
}

func TestNothingFoundIsAnError(t *testing.T) {
	if err := run(write(t, "calls.json", recorded), []string{write(t, "empty.log", "no line")}, false, true); err == nil {
		t.Error("an empty log emptied the file")
	}
}
