package task_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"tenantry/shared/task"
)

// counted is an answer that the log tells of.
type counted int

func (c counted) LogValue() slog.Value { return slog.GroupValue(slog.Int("done", int(c))) }

// What an answer has to say is logged, also beside an error.
func TestDirectLogsItsOutcome(t *testing.T) {
	config, log := config("sweepDue")
	fails := error(nil)
	handle := task.Direct(config, func(context.Context, string, struct{}) (counted, error) { return 7, fails })
	for _, fails = range []error{nil, errors.New("broken")} {
		log.Reset()
		if _, err := handle(t.Context(), struct{}{}); (err != nil) != (fails != nil) {
			t.Errorf("answered %v after %v", err, fails)
		}
		if line := log.String(); !strings.Contains(line, `"outcome":{"done":7}`) || strings.Contains(line, "broken") != (fails != nil) {
			t.Errorf("logged %s", line)
		}
	}
}
