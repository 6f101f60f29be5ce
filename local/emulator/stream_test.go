package emulator

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tenantry/local/pump"
)

// storage is a dynoxide process that the test can kill.
type storage struct {
	cmd    *exec.Cmd
	client Client
}

func startStorage(t *testing.T, database string) *storage {
	t.Helper()
	program := os.Getenv("DYNOXIDE")
	if program == "" {
		t.Skip("DYNOXIDE is not set to the path of dynoxide; run `make test-local`")
	}
	port, err := FreePort(0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", database)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &storage{cmd: cmd, client: Client{Endpoint: Address(port)}}
	t.Cleanup(s.kill)
	if err := AwaitResponse(t.Context(), s.client.Endpoint, time.Minute); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *storage) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // a killed process reports that as an error
}

func (s *storage) createTable(ctx context.Context) error {
	return s.client.call(ctx, "dynamodb", "DynamoDB_20120810.CreateTable", map[string]any{
		"TableName": "tenantry-table", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": []map[string]string{{"AttributeName": "pk", "AttributeType": "S"}},
		"KeySchema":            []map[string]string{{"AttributeName": "pk", "KeyType": "HASH"}},
		"StreamSpecification":  map[string]any{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
	}, &struct{}{})
}

func (s *storage) put(ctx context.Context, key string) error {
	item := map[string]any{"pk": map[string]string{"S": key}}
	return s.client.call(ctx, "dynamodb", "DynamoDB_20120810.PutItem",
		map[string]any{"TableName": "tenantry-table", "Item": item}, &struct{}{})
}

// partitionKeys returns the partition keys of the changed items.
func partitionKeys(t *testing.T, records []pump.Record) (keys []string) {
	t.Helper()
	for _, record := range records {
		var event struct {
			EventSourceARN string
			Dynamodb       struct {
				Keys struct{ PK struct{ S string } }
			}
		}
		if err := json.Unmarshal(record.JSON, &event); err != nil || event.EventSourceARN == "" {
			t.Errorf("record %s: %v", record.JSON, err)
		}
		keys = append(keys, event.Dynamodb.Keys.PK.S)
	}
	return keys
}

// The test writes more than 9 records because dynoxide compares some sequence numbers as text.
func TestStreamContinuesAfterDynoxideIsKilled(t *testing.T) {
	database := filepath.Join(t.TempDir(), "table.db")
	s := startStorage(t, database)
	if err := s.createTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	stream := &TableStream{Client: s.client, Table: "tenantry-table"}
	shard, err := stream.Shard(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if records, err := stream.Read(t.Context(), shard, "", 100); err != nil || len(records) != 0 {
		t.Fatalf("a new stream has %d records, error %v", len(records), err)
	}
	putKeys(t, s, 1, 12)
	first, err := stream.Read(t.Context(), shard, "", 8)
	if err != nil || len(first) != 8 {
		t.Fatalf("%d records, error %v", len(first), err)
	}
	s.kill()

	s = startStorage(t, database)
	putKeys(t, s, 13, 14)
	stream = &TableStream{Client: s.client, Table: "tenantry-table"}
	again, err := stream.Shard(t.Context())
	if err != nil || again != shard {
		t.Fatalf("shard %+v after the kill, %+v before, error %v", again, shard, err)
	}
	rest, err := stream.Read(t.Context(), shard, first[7].Sequence, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range append(partitionKeys(t, first), partitionKeys(t, rest)...) {
		if key != strconv.Itoa(i+1) {
			t.Errorf("record %d has key %s, want %d", i+1, key, i+1)
		}
	}
	if len(first)+len(rest) != 14 {
		t.Errorf("%d records, want 14", len(first)+len(rest))
	}
	if age := time.Since(rest[0].Created); age < -time.Minute || age > time.Hour {
		t.Errorf("the record was created %s ago, want less than an hour", age)
	}
}

func putKeys(t *testing.T, s *storage, from, to int) {
	t.Helper()
	for key := from; key <= to; key++ {
		if err := s.put(t.Context(), strconv.Itoa(key)); err != nil {
			t.Fatal(err)
		}
	}
}
