package sweep

import (
	"log/slog"
	"time"
)

// Result counts what a sweep did.
type Result struct {
	Done       int  `json:"done"`
	Failed     int  `json:"failed"`
	Waiting    int  `json:"waiting"`    // entries that failed before and are not due for a retry
	Stuck      int  `json:"stuck"`      // entries whose retries have failed again and again
	Unfinished bool `json:"unfinished"` // the sweep ran out of time, and the next one continues

	Late time.Duration `json:"-"` // how long ago the oldest entry came due that is not waiting
}

// LogValue returns the result for the log line that the alarms on late sweeps and on stuck entries read.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int("done", r.Done), slog.Int("failed", r.Failed), slog.Int("waiting", r.Waiting), slog.Int("stuck", r.Stuck),
		slog.Bool("unfinished", r.Unfinished), slog.Int64("lateSeconds", int64(r.Late/time.Second)),
	)
}

func (r *Result) add(other Result) {
	r.Done += other.Done
	r.Failed += other.Failed
	r.Waiting += other.Waiting
	r.Stuck += other.Stuck
	r.Unfinished = r.Unfinished || other.Unfinished
	r.Late = max(r.Late, other.Late)
}
