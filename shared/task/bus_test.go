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

func TestEvent(t *testing.T) {
	unreadable, broken := errors.New("unreadable"), errors.New("broken")
	for name, c := range map[string]struct {
		read    []string
		readErr error
		handled []string
		fails   bool
		log     string
	}{
		"everything is handled": {read: []string{"a", "b"}, handled: []string{"a", "b"}, log: `"level":"INFO"`},
		"nothing is to be done": {log: `"level":"INFO"`},
		"it is unreadable":      {read: []string{"a"}, readErr: unreadable, fails: true, log: "unreadable"},
		"handling fails":        {read: []string{"a", "bad", "c"}, handled: []string{"a", "bad"}, fails: true, log: "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			config, log := config("noteReturnedMail")
			var handled []string
			err := task.Event(config, func(happened events.EventBridgeEvent) ([]string, error) {
				if happened.ID != "e" {
					t.Errorf("read %v", happened)
				}
				return c.read, c.readErr
			}, func(_ context.Context, one string) error {
				handled = append(handled, one)
				if one == "bad" {
					return broken
				}
				return nil
			})(t.Context(), events.EventBridgeEvent{ID: "e"})
			if (err != nil) != c.fails || !slices.Equal(handled, c.handled) {
				t.Errorf("got %v, handled %v", err, handled)
			}
			if err != nil && (errors.Is(err, broken) || strings.Contains(err.Error(), "unreadable")) {
				t.Errorf("the invocation tells %v", err)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, c.log) {
				t.Errorf("logged %s", line)
			}
		})
	}
}
