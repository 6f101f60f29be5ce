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

// record is a record of the stream, about an event of an account.
func record(sequence, id string, of account.ID) events.DynamoDBEventRecord {
	return events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{
		SequenceNumber: sequence,
		NewImage: map[string]events.DynamoDBAttributeValue{
			"id": events.NewStringAttribute(id), "account": events.NewStringAttribute(string(of)),
		},
	}}
}

// readRecord reads what record makes. An event called bad is unreadable.
func readRecord(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	e := event.Event{ID: image["id"].String(), Account: account.ID(image["account"].String())}
	if e.ID == "bad" {
		return event.Event{}, errors.New("this is no event")
	}
	return e, nil
}

// A record that fails is not skipped: Lambda is told of it and comes back with it and all after it, of which none was
// applied, so that nobody hears of an account's changes in another order.
func TestAFailedRecordIsNotSkipped(t *testing.T) {
	for name, c := range map[string]struct {
		ids     []string // of events about one account
		broken  string   // of the event that handling fails at
		applied []string
		left    string // the sequence number that Lambda is told, "" for none
		log     string
	}{
		"all are applied":            {ids: []string{"a", "b", "c"}, applied: []string{"a", "b", "c"}, log: `"level":"INFO"`},
		"none came":                  {log: `"level":"INFO"`},
		"the first fails":            {ids: []string{"a", "b", "c"}, broken: "a", left: "100", log: "broken"},
		"one in the middle fails":    {ids: []string{"a", "b", "c"}, broken: "b", applied: []string{"a"}, left: "101", log: "broken"},
		"the last fails":             {ids: []string{"a", "b", "c"}, broken: "c", applied: []string{"a", "b"}, left: "102", log: "broken"},
		"the first is unreadable":    {ids: []string{"bad", "b", "c"}, left: "100", log: "no event"},
		"one is unreadable":          {ids: []string{"a", "bad", "c"}, applied: []string{"a"}, left: "101", log: "no event"},
		"one before it fails":        {ids: []string{"a", "b", "bad", "d"}, broken: "b", applied: []string{"a"}, left: "101", log: "broken"},
		"one after it would not":     {ids: []string{"a", "bad", "c"}, broken: "c", applied: []string{"a"}, left: "101", log: "no event"},
		"the last one is unreadable": {ids: []string{"a", "b", "bad"}, applied: []string{"a", "b"}, left: "102", log: "no event"},
	} {
		t.Run(name, func(t *testing.T) {
			config, log := config("consumeStream")
			var applied []string
			handle := task.Stream(config, readRecord, func(_ context.Context, happened []event.Event) (int, error) {
				for i, e := range happened {
					if e.ID == c.broken {
						return i, errors.New("broken")
					}
					applied = append(applied, e.ID)
				}
				return len(happened), nil
			})
			var batch events.DynamoDBEvent
			for i, id := range c.ids {
				batch.Records = append(batch.Records, record("10"+string(rune('0'+i)), id, "cus_1"))
			}
			answer, err := handle(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			var left []string
			for _, one := range answer.BatchItemFailures {
				left = append(left, one.ItemIdentifier)
			}
			if !slices.Equal(applied, c.applied) || strings.Join(left, " ") != c.left {
				t.Errorf("applied %v, left %v", applied, left)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.log) ||
				!strings.Contains(line, `"operation":"consumeStream"`) {
				t.Errorf("logged %s", line)
			}
		})
	}
}

// Lambda looks for the sequence number under exactly this name; under another, it would take all for done.
func TestTheFailureIsAsLambdaReadsIt(t *testing.T) {
	config, _ := config("consumeStream")
	handle := task.Stream(
		config,
		readRecord,
		func(context.Context, []event.Event) (int, error) { return 0, errors.New("broken") },
	)
	answer, err := handle(
		t.Context(),
		events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{record("100", "a", "cus_1")}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(
		answer,
	); err != nil ||
		string(text) != `{"batchItemFailures":[{"itemIdentifier":"100"}]}` {
		t.Errorf("answered %s, %v", text, err)
	}
}
