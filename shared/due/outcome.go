package due

import (
	"log/slog"
	"time"
)

// Outcome is what a sweep did.
type Outcome struct {
	Done       int  `json:"done"`
	Failed     int  `json:"failed"`
	Waiting    int  `json:"waiting"`    // items that failed before and are not tried yet
	Stuck      int  `json:"stuck"`      // items that have failed again and again
	Unfinished bool `json:"unfinished"` // it ran out of time; the next sweep goes on

	Late time.Duration `json:"-"` // how long ago the oldest item was due that is not waiting
}

// LogValue shows the outcome in a log line. The alarms of template.yaml read it.
func (o Outcome) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int("done", o.Done), slog.Int("failed", o.Failed), slog.Int("waiting", o.Waiting), slog.Int("stuck", o.Stuck),
		slog.Bool("unfinished", o.Unfinished), slog.Int64("lateSeconds", int64(o.Late/time.Second)),
	)
}

func (o *Outcome) add(other Outcome) {
	o.Done += other.Done
	o.Failed += other.Failed
	o.Waiting += other.Waiting
	o.Stuck += other.Stuck
	o.Unfinished = o.Unfinished || other.Unfinished
	o.Late = max(o.Late, other.Late)
}
