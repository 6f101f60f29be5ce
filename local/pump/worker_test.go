package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// rig is a table's stream, a function and a queue, all in memory. Tests run it in a synctest bubble, with fake time.
type rig struct {
	mu          sync.Mutex
	records     []Record
	invocations [][]string // the sequence numbers of each invocation
	letters     []deadLetter
	stored      []string // the bucket and key of each letter that is in a bucket
	respond     func(sequences []string) (Response, error)
	checkpoints CheckpointFile
	stream      string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return &rig{
		respond:     func([]string) (Response, error) { return ok(), nil },
		checkpoints: CheckpointFile(filepath.Join(t.TempDir(), "checkpoint.json")),
		stream:      "arn:stream/1",
	}
}

// ok returns the response of a function that reports the failed records.
func ok(failed ...string) Response {
	failures := []map[string]string{}
	for _, sequence := range failed {
		failures = append(failures, map[string]string{"itemIdentifier": sequence})
	}
	payload, _ := json.Marshal(map[string]any{"batchItemFailures": failures})
	return Response{Status: 200, RequestID: "request-1", Payload: payload}
}

// functionError is the response of a function that returned an error.
var functionError = Response{
	Status: 200, RequestID: "request-1", FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"no"}`),
}

func (r *rig) change(kinds ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, kind := range kinds {
		sequence := strconv.Itoa(len(r.records) + 1)
		record := fmt.Sprintf(`{"eventName":%q,"dynamodb":{"SequenceNumber":%q}}`, kind, sequence)
		r.records = append(r.records, Record{JSON: []byte(record), Sequence: sequence, Created: time.Now()})
	}
}

func (r *rig) Shard(context.Context) (Shard, error) {
	return Shard{ID: "shard-1", Stream: r.stream}, nil
}

func (r *rig) Read(_ context.Context, _ Shard, after string, limit int) ([]Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	start, _ := strconv.Atoi(after)
	return slices.Clone(r.records[start:min(start+limit, len(r.records))]), nil
}

func (r *rig) Invoke(_ context.Context, _ string, payload []byte) (Response, error) {
	var event struct {
		Records []struct {
			Change struct{ SequenceNumber string } `json:"dynamodb"`
		}
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return Response{}, err
	}
	var sequences []string
	for _, record := range event.Records {
		sequences = append(sequences, record.Change.SequenceNumber)
	}
	r.invocations = append(r.invocations, sequences)
	return r.respond(sequences)
}

func (r *rig) Send(_ context.Context, _ string, message []byte) error {
	var letter deadLetter
	err := json.Unmarshal(message, &letter)
	r.letters = append(r.letters, letter)
	return err
}

func (r *rig) Store(_ context.Context, bucket, key string, object []byte) error {
	r.stored = append(r.stored, bucket+"/"+key)
	return r.Send(nil, "", object) //nolint:staticcheck // the rig ignores the context
}

// run runs a worker for some time.
func (r *rig) run(t *testing.T, mapping string, d time.Duration) {
	t.Helper()
	worker := &Worker{
		Stream: r, Invoker: r, Destinations: r, Checkpoints: r.checkpoints, Log: slog.New(slog.DiscardHandler),
	}
	if err := json.Unmarshal([]byte(mapping), &worker.Mapping); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := worker.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) wantInvocations(t *testing.T, want ...[]string) {
	t.Helper()
	if !slices.EqualFunc(r.invocations, want, slices.Equal) {
		t.Errorf("invocations %v, want %v", r.invocations, want)
	}
}

func (r *rig) wantCheckpoint(t *testing.T, sequence string) {
	t.Helper()
	position, found, err := r.checkpoints.Load()
	if err != nil || !found || position != (Position{Stream: r.stream, Sequence: sequence}) {
		t.Errorf("checkpoint %+v, found %v, error %v, want %s", position, found, err, sequence)
	}
}

// failOn returns a function that fails on batches with the bad record. It reports the record, or else returns an error.
func failOn(bad string, reports bool) func([]string) (Response, error) {
	return func(sequences []string) (Response, error) {
		switch {
		case !slices.Contains(sequences, bad):
			return ok(), nil
		case reports:
			return ok(bad), nil
		}
		return functionError, nil
	}
}

func TestBatchesKeepOrderAndSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT", "INSERT", "INSERT")
		r.run(t, `{"BatchSize":2}`, time.Second)
		r.wantInvocations(t, []string{"1", "2"}, []string{"3", "4"}, []string{"5"})
		r.wantCheckpoint(t, "5")
	})
}

func TestFilteredRecordsAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "MODIFY", "INSERT", "MODIFY")
		r.run(t, `{"FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]}}`, time.Second)
		r.wantInvocations(t, []string{"1", "3"})
		r.wantCheckpoint(t, "4")
	})
}

func TestBatchingWindowCollectsRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		go func() {
			time.Sleep(time.Second)
			r.change("INSERT")
			time.Sleep(5 * time.Second)
			r.change("INSERT")
		}()
		r.run(t, `{"MaximumBatchingWindowInSeconds":3}`, 20*time.Second)
		r.wantInvocations(t, []string{"1", "2"}, []string{"3"})
	})
}

func TestBatchStaysBelowThePayloadLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT")
		for i := range r.records {
			padding := make([]byte, maxPayload/2)
			for j := range padding {
				padding[j] = ' '
			}
			r.records[i].JSON = append(r.records[i].JSON, padding...)
		}
		r.run(t, `{}`, time.Second)
		r.wantInvocations(t, []string{"1"}, []string{"2"}, []string{"3"})
	})
}

func TestLatestSkipsOlderRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT")
		r.run(t, `{"StartingPosition":"LATEST"}`, time.Second)
		r.wantInvocations(t)
		r.wantCheckpoint(t, "2")
		r.change("INSERT")
		r.run(t, `{"StartingPosition":"LATEST"}`, time.Second)
		r.wantInvocations(t, []string{"3"})
	})
}

func TestCheckpointOfAnotherStreamIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		r.run(t, `{}`, time.Second)
		r.stream = "arn:stream/2"
		r.run(t, `{}`, time.Second)
		r.wantInvocations(t, []string{"1"}, []string{"1"})
	})
}

func TestUnreachableFunctionIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT")
		r.respond = func([]string) (Response, error) {
			if len(r.invocations) < 5 {
				return Response{}, errors.New("connection refused")
			}
			return ok(), nil
		}
		r.run(t, `{"MaximumRetryAttempts":0,"Destination":"arn:queue"}`, time.Minute)
		if len(r.invocations) != 5 || len(r.letters) != 0 {
			t.Errorf("%d invocations, %d dead letters, want 5 and none", len(r.invocations), len(r.letters))
		}
		r.wantCheckpoint(t, "1")
	})
}

// If the worker crashes between an invocation and its checkpoint, the next run delivers the batch again.
func TestBatchIsDeliveredAgainAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.change("INSERT", "INSERT", "INSERT", "INSERT")
		r.respond = func(sequences []string) (Response, error) {
			if sequences[0] == "3" {
				panic("crash")
			}
			return ok(), nil
		}
		func() {
			defer func() { _ = recover() }()
			r.run(t, `{"BatchSize":2}`, time.Second)
		}()
		r.wantCheckpoint(t, "2")
		r.respond = func([]string) (Response, error) { return ok(), nil }
		r.run(t, `{"BatchSize":2}`, time.Second)
		r.wantInvocations(t, []string{"1", "2"}, []string{"3", "4"}, []string{"3", "4"})
		r.wantCheckpoint(t, "4")
	})
}
