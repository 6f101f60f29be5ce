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

	"tenantry/shared/outbox"
	"tenantry/shared/task"
)

// config is a task's configuration and what it has logged.
func config(name string) (task.Config, *bytes.Buffer) {
	var log bytes.Buffer
	return task.Config{Name: name, Logger: slog.New(slog.NewJSONHandler(&log, nil)), Now: time.Now}, &log
}

func message(id, body string) events.SQSMessage { return events.SQSMessage{MessageId: id, Body: body} }

func TestOrdersNameWhatIsLeft(t *testing.T) {
	config, log := config("sendMail")
	var delivered []outbox.Order
	handle := task.Orders(config, func(_ context.Context, order outbox.Order) error {
		delivered = append(delivered, order)
		return map[string]error{"evt_2": outbox.ErrLeased, "evt_4": errors.New("SES rejected the mail: Busy")}[order.Event]
	})
	left, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{
		message("m1", `{"event":"evt_1","account":"cus_1"}`),
		message("m2", `{"event":"evt_2"}`),
		message("m3", `not JSON`),
		message("m4", `{"event":"evt_4"}`),
		message("m5", `{}`),
		message("m6", `{"event":"evt_6"}`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range left.BatchItemFailures {
		names = append(names, one.ItemIdentifier)
	}
	if !slices.Equal(names, []string{"m2", "m3", "m4", "m5"}) {
		t.Errorf("left %v", names)
	}
	if len(delivered) != 4 || delivered[0] != (outbox.Order{Event: "evt_1", Account: "cus_1"}) {
		t.Errorf("delivered %v", delivered)
	}
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `"operation":"sendMail"`) ||
		!strings.Contains(line, "SES rejected the mail: Busy") ||
		strings.Contains(line, outbox.ErrLeased.Error()) {
		t.Errorf("logged %s", line)
	}
}

func TestAnOrderThatIsLeasedIsNoFailure(t *testing.T) {
	config, log := config("sendMail")
	handle := task.Orders(config, func(context.Context, outbox.Order) error { return outbox.ErrLeased })
	left, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message("m1", `{"event":"evt_1"}`)}})
	if err != nil || len(left.BatchItemFailures) != 1 || !strings.Contains(log.String(), `"level":"INFO"`) {
		t.Errorf("left %v, %v, logged %s", left, err, log)
	}
}

func TestNoOrderIsBegunWithoutTimeForIt(t *testing.T) {
	config, _ := config("sendMail")
	began := time.Now()
	config.Now = func() time.Time { return began }
	ctx, cancel := context.WithDeadline(t.Context(), began.Add(15*time.Second))
	defer cancel()
	count := 0
	handle := task.Orders(config, func(context.Context, outbox.Order) error {
		count++
		began = began.Add(6 * time.Second)
		return nil
	})
	left, err := handle(
		ctx,
		events.SQSEvent{Records: []events.SQSMessage{message("m1", `{"event":"evt_1"}`), message("m2", `{"event":"evt_2"}`)}},
	)
	if err != nil || count != 1 || len(left.BatchItemFailures) != 1 || left.BatchItemFailures[0].ItemIdentifier != "m2" {
		t.Errorf("delivered %d, left %v, %v", count, left, err)
	}
}

// Lambda reads the names of what is left from exactly this answer; an empty one must say so and not be null.
func TestTheAnswerIsAsLambdaReadsIt(t *testing.T) {
	config, _ := config("sendMail")
	handle := task.Orders(config, func(_ context.Context, order outbox.Order) error {
		if order.Event == "evt_2" {
			return outbox.ErrLeased
		}
		return nil
	})
	for body, want := range map[string]string{
		`{"event":"evt_1"}`: `{"batchItemFailures":[]}`,
		`{"event":"evt_2"}`: `{"batchItemFailures":[{"itemIdentifier":"m"}]}`,
	} {
		left, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message("m", body)}})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(left)
		if err != nil || string(text) != want {
			t.Errorf("answered %s, %v, want %s", text, err, want)
		}
	}
}
