package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const log = `START RequestId: 1
{"time":"2026-11-24T08:00:00Z","level":"INFO","msg":"operation finished","operation":"listCustomers",` +
	`"storage":{"trips":2,"calls":["dynamodb:Query table/index/customers-by-owner","dynamodb:BatchGetItem table"]}}
2026-11-24 08:00:01 createCustomer | {"msg":"operation finished","operation":"createCustomer",` +
	`"storage":{"calls":["dynamodb:PutItem table","dynamodb:PutItem table"]}}
{"msg":"operation finished","operation":"getHealth","storage":{"calls":[]}}
{"msg":"operation failed","operation":"dropTable","storage":{"calls":["dynamodb:DeleteTable table"]}}
{"msg":"operation finished","operation":"cut`

const recorded = `{
  "createCustomer": {
    "calls": [
      "dynamodb:PutItem table"
    ]
  },
  "getHealth": {
    "calls": []
  },
  "listCustomers": {
    "calls": [
      "dynamodb:BatchGetItem table",
      "dynamodb:Query index/customers-by-owner"
    ]
  }
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

func TestRunRecordsAFolderOfLogs(t *testing.T) {
	logs, file := write(t, "functions.log", log), filepath.Join(t.TempDir(), "calls.json")
	for range 2 {
		if err := run(file, []string{filepath.Dir(logs)}, false, false); err != nil {
			t.Fatal(err)
		}
		if got := read(t, file); got != recorded {
			t.Fatalf("recorded %s, want %s", got, recorded)
		}
	}
}

func TestRunKeepsOldCallsUnlessFresh(t *testing.T) {
	logs := write(t, "functions.log", log)
	file := write(
		t,
		"calls.json",
		`{"getHealth":{"calls":["dynamodb:GetItem table"]},"signIn":{"calls":["dynamodb:GetItem table"]}}`,
	)
	if err := run(file, []string{logs}, false, false); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file); strings.Count(got, "dynamodb:GetItem table") != 2 || !strings.Contains(got, "listCustomers") {
		t.Errorf("recorded %s, want the old and the new calls", got)
	}
	if err := run(file, []string{logs}, false, true); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file); got != recorded {
		t.Errorf("recorded %s with -fresh, want %s", got, recorded)
	}
}

func TestCheckListsEveryDifference(t *testing.T) {
	const (
		notInFile = "in the logs, but not in the file"
		notInLogs = "in the file, but not in the logs"

		noCalls = "  \"getHealth\": {\n    \"calls\": []\n  },"
	)
	logs := write(t, "functions.log", log)
	cases := []struct{ name, old, replacement, want string }{
		{"no difference", "", "", ""},
		{
			"call missing in the file", `"dynamodb:BatchGetItem table",`, "",
			"listCustomers: dynamodb:BatchGetItem table: " + notInFile,
		},
		{"operation missing in the file", noCalls, "", "getHealth: " + notInFile},
		{
			"call missing in the logs", `[]`, `["dynamodb:GetItem table"]`,
			"getHealth: dynamodb:GetItem table: " + notInLogs,
		},
		{"operation missing in the logs", noCalls, noCalls + `"signIn": {"calls": []},`, "signIn: " + notInLogs},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(recorded, c.old, c.replacement, 1)
			file := write(t, "calls.json", text)
			err := run(file, []string{logs}, true, false)
			if (err == nil) != (c.want == "") || err != nil && !strings.HasSuffix(err.Error(), "\n  "+c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if read(t, file) != text {
				t.Error("-check changed the file")
			}
		})
	}
}

func TestTransactionIsRecordedWithItsReadBack(t *testing.T) {
	const (
		prefix = `{"msg":"operation finished","operation":"createAdministrator","storage":{"calls":[`
		calls  = `"dynamodb:TransactWriteItems table","dynamodb:PutItem table"`

		transaction  = prefix + calls + `]}}`
		withReadBack = prefix + calls + `,"dynamodb:BatchGetItem table"]}}`
	)
	want := `{
  "createAdministrator": {
    "calls": [
      "dynamodb:BatchGetItem table",
      "dynamodb:PutItem table"
    ]
  }
}
`
	file := filepath.Join(t.TempDir(), "calls.json")
	if err := run(file, []string{write(t, "functions.log", transaction)}, false, true); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file); got != want {
		t.Errorf("recorded %s, want %s", got, want)
	}
	if err := run(file, []string{write(t, "functions.log", withReadBack)}, true, false); err != nil {
		t.Errorf("error %v for a log with the read-back, want none", err)
	}
}

// A test run may or may not make the declared rare calls, so they are neither recorded nor compared.
func TestRareCallsAreLeftOut(t *testing.T) {
	const want = `{
  "sweepDue": {
    "calls": [
      "dynamodb:Query index/due-by-shard"
    ]
  }
}
`
	const line = `{"msg":"operation finished","operation":"sweepDue","storage":{"calls":[` +
		`"dynamodb:Query table/index/due-by-shard","states:DescribeExecution RemoveCustomersMachine"]}}`
	logs, file := write(t, "functions.log", line), filepath.Join(t.TempDir(), "calls.json")
	if err := run(file, []string{logs}, false, true); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file); got != want {
		t.Errorf("recorded %s, want %s", got, want)
	}
	for _, log := range []string{line, strings.Replace(line, `,"states:DescribeExecution RemoveCustomersMachine"`, "", 1)} {
		if err := run(file, []string{write(t, "functions.log", log)}, true, false); err != nil {
			t.Errorf("-check of %s: %v, want no difference", log, err)
		}
	}
}

func TestEmptyLogIsAnError(t *testing.T) {
	file := write(t, "calls.json", recorded)
	if err := run(file, []string{write(t, "empty.log", "no line")}, false, true); err == nil {
		t.Error("no error for a log without finished operations")
	}
	if read(t, file) != recorded {
		t.Error("an empty log changed the file")
	}
}

func TestRunKeepsCosts(t *testing.T) {
	const cost = `{"trips":1,"readUnits":0.5}`
	logs := write(t, "functions.log", log)
	file := write(t, "calls.json", `{"getHealth":{"calls":[],"cost":`+cost+`},"signIn":{"calls":[],"cost":`+cost+`}}`)
	if err := run(file, []string{logs}, false, true); err != nil {
		t.Fatal(err)
	}
	operations, err := readFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Compact(&got, operations["getHealth"].Cost); err != nil || got.String() != cost {
		t.Errorf("the cost is %s, %v, want %s", got.String(), err, cost)
	}
	if _, found := operations["signIn"]; found {
		t.Error("the file has an operation that is not in the logs, want none")
	}
}
