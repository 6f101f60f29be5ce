package task_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/task"
)

func TestBusEvents(t *testing.T) {
	unreadable, broken := errors.New("unreadable"), errors.New("broken")
	for name, c := range map[string]struct {
		read    []string
		readErr error
		handled []string
		fails   bool
		log     string
	}{
		"everything is handled":     {read: []string{"a", "b"}, handled: []string{"a", "b"}, log: `"level":"INFO"`},
		"nothing to do":             {log: `"level":"INFO"`},
		"the event is not readable": {read: []string{"a"}, readErr: unreadable, fails: true, log: "unreadable"},
		"handling fails":            {read: []string{"a", "bad", "c"}, handled: []string{"a", "bad"}, fails: true, log: "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			config, log := config("noteReturnedMail")
			var handled []string
			err := task.BusEvents(config, func(input events.EventBridgeEvent) ([]string, error) {
				if input.ID != "e" {
					t.Errorf("read %v, want the event e", input)
				}
				return c.read, c.readErr
			}, func(_ context.Context, part string) error {
				handled = append(handled, part)
				if part == "bad" {
					return broken
				}
				return nil
			})(t.Context(), events.EventBridgeEvent{ID: "e"})
			if (err != nil) != c.fails || !slices.Equal(handled, c.handled) {
				t.Errorf("error %v, handled %v; want %v", err, handled, c.handled)
			}
			if err != nil && (errors.Is(err, broken) || strings.Contains(err.Error(), "unreadable")) {
				t.Errorf("the invoker gets %v, want no details", err)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.log) {
				t.Errorf("logged %s, want one line with %s", line, c.log)
			}
		})
	}
}
