package due

import "time"

// Retry counts the attempts at an item that stays due. It is written before each attempt, so an attempt that ends the whole sweep
// counts too.
type Retry struct {
	At       time.Time // when the item was due; the retry of another time does not count
	Attempts int
	Next     time.Time // no attempt is made before
}

const (
	// lateAfter is how long something is tried in every sweep, without a Retry.
	lateAfter    = 2 * time.Minute
	firstPause   = time.Minute
	longestPause = time.Hour
	// stuckAfter is after how many retries an item counts as stuck: about half an hour after it was due.
	stuckAfter = 5
)

// isLate reports whether an item was due in earlier sweeps: it has failed, or the sweeps are late.
func (i Item) isLate(now time.Time) bool { return now.Sub(i.At) > lateAfter }

// next returns the retry with one attempt more. The pause doubles with every attempt.
func (r Retry) next(now time.Time) Retry {
	pause := longestPause
	if r.Attempts < 6 {
		pause = min(firstPause<<r.Attempts, longestPause)
	}
	return Retry{At: r.At, Attempts: r.Attempts + 1, Next: now.Add(pause)}
}

func (r Retry) isStuck() bool { return r.Attempts >= stuckAfter }
