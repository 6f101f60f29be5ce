package task_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/dynamotest"
	"tenantry/shared/outbox"
	"tenantry/shared/task"
)

// config returns the configuration of a function, and its log.
func config(name string) (task.Config, *bytes.Buffer) {
	var log bytes.Buffer
	return task.Config{Name: name, Logger: slog.New(slog.NewJSONHandler(&log, nil)), Now: time.Now}, &log
}

func record(id, body string) events.SQSMessage { return events.SQSMessage{MessageId: id, Body: body} }

// failures returns the ids of the messages that SQS delivers again.
func failures(response events.SQSEventResponse) (ids []string) {
	for _, failure := range response.BatchItemFailures {
		ids = append(ids, failure.ItemIdentifier)
	}
	return ids
}

func TestMessagesNamesWhatSQSMustDeliverAgain(t *testing.T) {
	config, log := config("sendMail")
	var handled []outbox.Message
	handle := task.Messages(config, outbox.ErrLeased, func(_ context.Context, message outbox.Message) error {
		handled = append(handled, message)
		return map[string]error{"evt_2": outbox.ErrLeased, "evt_4": errors.New("SES rejected the mail: Busy")}[message.Event]
	})
	response, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{
		record("m1", `{"event":"evt_1","account":"cus_1"}`),
		record("m2", `{"event":"evt_2"}`),
		record("m3", `not JSON`),
		record("m4", `{"event":"evt_4"}`),
		record("m5", `{}`),
		record("m6", `{"event":"evt_6"}`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := failures(response); !slices.Equal(got, []string{"m2", "m3", "m4", "m5"}) {
		t.Errorf("SQS delivers %v again, want m2 to m5", got)
	}
	if len(handled) != 4 || handled[0] != (outbox.Message{Event: "evt_1", Account: "cus_1"}) {
		t.Errorf("handled %v, want four messages, the first of evt_1 and cus_1", handled)
	}
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `"operation":"sendMail"`) ||
		!strings.Contains(line, "SES rejected the mail: Busy") ||
		strings.Contains(line, outbox.ErrLeased.Error()) {
		t.Errorf("logged %s, want one line with the failure and without the busy message", line)
	}
}

func TestABusyMessageIsNotLoggedAsAFailure(t *testing.T) {
	config, log := config("sendMail")
	handle := task.Messages(
		config,
		outbox.ErrLeased,
		func(context.Context, outbox.Message) error { return outbox.ErrLeased },
	)
	response, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record("m1", `{"event":"evt_1"}`)}})
	if err != nil || len(response.BatchItemFailures) != 1 || !strings.Contains(log.String(), `"level":"INFO"`) {
		t.Errorf("got %v, %v, logged %s; want the message again and no error", response, err, log)
	}
}

func TestMessagesStartsNoneWithoutTimeForIt(t *testing.T) {
	config, _ := config("sendMail")
	now := time.Now()
	config.Now = func() time.Time { return now }
	ctx := dynamotest.WithDeadline(t.Context(), now.Add(15*time.Second))
	count := 0
	handle := task.Messages(config, outbox.ErrLeased, func(context.Context, outbox.Message) error {
		count++
		now = now.Add(6 * time.Second)
		return nil
	})
	response, err := handle(
		ctx,
		events.SQSEvent{Records: []events.SQSMessage{record("m1", `{"event":"evt_1"}`), record("m2", `{"event":"evt_2"}`)}},
	)
	if err != nil || count != 1 || !slices.Equal(failures(response), []string{"m2"}) {
		t.Errorf(
			"handled %d messages, SQS delivers %v again, error %v; want one, and m2 again",
			count,
			failures(response),
			err,
		)
	}
}

// Lambda reads exactly this JSON. The list of failures must be empty and not null if there are none.
func TestMessagesResponseIsAsLambdaReadsIt(t *testing.T) {
	config, _ := config("sendMail")
	handle := task.Messages(config, outbox.ErrLeased, func(_ context.Context, message outbox.Message) error {
		if message.Event == "evt_2" {
			return outbox.ErrLeased
		}
		return nil
	})
	for body, want := range map[string]string{
		`{"event":"evt_1"}`: `{"batchItemFailures":[]}`,
		`{"event":"evt_2"}`: `{"batchItemFailures":[{"itemIdentifier":"m"}]}`,
	} {
		response, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{record("m", body)}})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(response)
		if err != nil || string(text) != want {
			t.Errorf("got the response %s, %v, want %s", text, err, want)
		}
	}
}
