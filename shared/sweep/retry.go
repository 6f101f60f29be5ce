package sweep

import "time"

// Retry counts the attempts at an entry that stays due. It is written before each attempt, so that an attempt which
// ends the whole sweep is counted too.
type Retry struct {
	At       time.Time // when the object came due; a retry does not count for a later time
	Attempts int
	Next     time.Time // the time of the next attempt
}

const (
	// lateAfter is how long every sweep tries an entry, without a Retry.
	lateAfter  = 2 * time.Minute
	firstPause = time.Minute
	maxPause   = time.Hour
	// stuckAfter is the number of failed retries after which an entry is stuck: about half an hour after it came due.
	stuckAfter = 5
)

// isLate reports whether an entry was due in earlier sweeps: they failed, or were late.
func (e Entry) isLate(now time.Time) bool { return now.Sub(e.At) > lateAfter }

// next returns the retry with another attempt. The pause doubles with every attempt.
func (r Retry) next(now time.Time) Retry {
	pause := maxPause
	if r.Attempts < 6 {
		pause = min(firstPause<<r.Attempts, maxPause)
	}
	return Retry{At: r.At, Attempts: r.Attempts + 1, Next: now.Add(pause)}
}

func (r Retry) isStuck() bool { return r.Attempts >= stuckAfter }
