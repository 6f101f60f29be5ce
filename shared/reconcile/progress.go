package reconcile

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"tenantry/shared/fault"
)

// progress is where the next call continues.
type progress struct {
	Index     int       `json:"index"` // of the counter
	HasFailed bool      `json:"hasFailed,omitempty"`
	Stored    *Stored   `json:"stored,omitempty"` // before the first count
	First     *tally    `json:"first,omitempty"`  // the result of the first count; nil until it ends
	FirstEnd  time.Time `json:"firstEnd"`
	Count     count     `json:"count"`
}

// openProgress reads what seal has returned. An empty text is the beginning.
func openProgress(after string, counters int) (work progress, err error) {
	if after == "" {
		return work, nil
	}
	encoded, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil {
		err = json.Unmarshal(encoded, &work)
	}
	if err != nil || work.Index < 0 || work.Index >= counters {
		return work, fault.Invalid(fault.Field{
			Pointer: "/after", Code: "invalid-cursor", Detail: "Send the value of next, or leave it out to begin again.",
		})
	}
	return work, nil
}

// seal returns the progress as text.
func (p *progress) seal() string {
	encoded, err := json.Marshal(p)
	if err != nil {
		panic(err) // the types can be marshalled
	}
	return base64.RawURLEncoding.EncodeToString(encoded)
}

// report returns the report of the counter.
func (p *progress) report(counter Counter, state State, counted Counts) *Report {
	return &Report{
		Counter: counter.String(), State: state, Stored: p.Stored.Counts, Counted: counted,
		Difference: p.Stored.Counts.minus(counted),
	}
}
