package task_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/task"
)

// streamRecord returns a record of the stream with an event of an account.
func streamRecord(sequence, id string, of account.ID) events.DynamoDBEventRecord {
	return events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{
		SequenceNumber: sequence,
		NewImage: map[string]events.DynamoDBAttributeValue{
			"id": events.NewStringAttribute(id), "account": events.NewStringAttribute(string(of)),
		},
	}}
}

// readRecord reads the image of a streamRecord. The event "bad" is not readable.
func readRecord(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	e := event.Event{ID: image["id"].String(), Account: account.ID(image["account"].String())}
	if e.ID == "bad" {
		return event.Event{}, errors.New("the image is not of an event")
	}
	return e, nil
}

// Lambda delivers a failed record and all later ones again. None of the later ones is handled before, so the events of
// an account keep their order.
func TestStreamDoesNotSkipAFailedRecord(t *testing.T) {
	for name, c := range map[string]struct {
		ids     []string // of events about one account
		broken  string   // the event whose handling fails
		handled []string
		full    bool   // whether records cannot be parked
		parked  string // the sequence numbers of the parked records
		failure string // the sequence number in the response, "" for none
		log     string
	}{
		"all are handled":            {ids: []string{"a", "b", "c"}, handled: []string{"a", "b", "c"}, log: `"level":"INFO"`},
		"no records":                 {log: `"level":"INFO"`},
		"the first fails":            {ids: []string{"a", "b", "c"}, broken: "a", failure: "100", log: "broken"},
		"one in the middle fails":    {ids: []string{"a", "b", "c"}, broken: "b", handled: []string{"a"}, failure: "101", log: "broken"},
		"the last fails":             {ids: []string{"a", "b", "c"}, broken: "c", handled: []string{"a", "b"}, failure: "102", log: "broken"},
		"the first is unreadable":    {ids: []string{"bad", "b", "c"}, handled: []string{"b", "c"}, parked: "100", log: "not of an event"},
		"one is unreadable":          {ids: []string{"a", "bad", "c"}, handled: []string{"a", "c"}, parked: "101", log: "not of an event"},
		"an event before it fails":   {ids: []string{"a", "b", "bad", "d"}, broken: "b", handled: []string{"a"}, parked: "102", failure: "101", log: "broken"},
		"an event after it fails":    {ids: []string{"a", "bad", "c"}, broken: "c", handled: []string{"a"}, parked: "101", failure: "102", log: "not of an event"},
		"the last one is unreadable": {ids: []string{"a", "b", "bad"}, handled: []string{"a", "b"}, parked: "102", log: "not of an event"},
		"all are unreadable":         {ids: []string{"bad", "bad"}, parked: "100 101", log: "not of an event"},
		"one cannot be parked":       {ids: []string{"a", "bad", "c"}, full: true, handled: []string{"a"}, failure: "101", log: "park the record"},
	} {
		t.Run(name, func(t *testing.T) {
			config, log := config("consumeStream")
			var handled, parked []string
			handle := task.Stream(config, readRecord, func(_ context.Context, batch []event.Event) (int, error) {
				for i, e := range batch {
					if e.ID == c.broken {
						return i, errors.New("broken")
					}
					handled = append(handled, e.ID)
				}
				return len(batch), nil
			}, func(_ context.Context, operation string, record *events.DynamoDBEventRecord) error {
				if c.full || operation != "consumeStream" {
					return errors.New("the bucket is not there")
				}
				parked = append(parked, record.Change.SequenceNumber)
				return nil
			})
			var batch events.DynamoDBEvent
			for i, id := range c.ids {
				batch.Records = append(batch.Records, streamRecord("10"+string(rune('0'+i)), id, "cus_1"))
			}
			response, err := handle(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for _, failure := range response.BatchItemFailures {
				failed = append(failed, failure.ItemIdentifier)
			}
			if !slices.Equal(handled, c.handled) || strings.Join(failed, " ") != c.failure {
				t.Errorf("handled %v, failed at %v; want %v, %q", handled, failed, c.handled, c.failure)
			}
			if got := strings.Join(parked, " "); got != c.parked {
				t.Errorf("parked %q, want %q", got, c.parked)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.log) ||
				!strings.Contains(line, `"operation":"consumeStream"`) {
				t.Errorf("logged %s, want one line with %s", line, c.log)
			}
		})
	}
}

// Lambda reads exactly this JSON. With another field name it would take all records for handled.
func TestStreamResponseIsAsLambdaReadsIt(t *testing.T) {
	config, _ := config("consumeStream")
	handle := task.Stream(
		config,
		readRecord,
		func(context.Context, []event.Event) (int, error) { return 0, errors.New("broken") },
		nil,
	)
	response, err := handle(
		t.Context(),
		events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{streamRecord("100", "a", "cus_1")}},
	)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(response)
	if want := `{"batchItemFailures":[{"itemIdentifier":"100"}]}`; err != nil || string(text) != want {
		t.Errorf("got the response %s, %v, want %s", text, err, want)
	}
}
