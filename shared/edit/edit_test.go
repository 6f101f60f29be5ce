package edit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// counter is an object of its own kind: a number with a version.
type counter struct {
	*scene

	value, version int64
	writes         int
	beforeWrite    func()
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	return &counter{scene: newScene(t), version: 1}
}

func (c *counter) editor() edit.Editor { return edit.Editor{Records: c.store, Now: c.now} }

// read reads the number and the record of the request.
func (c *counter) read(key idempotency.Key) edit.Read[int64] {
	return func(ctx context.Context) (edit.Snapshot[int64], error) {
		record, err := c.store.ReadRecord(ctx, key)
		return edit.Snapshot[int64]{Object: c.value, Version: c.version, Record: record}, err
	}
}

// write returns a write of a number that was made of the present one.
func (c *counter) write(value int64) func(ctx context.Context, record *idempotency.Record) error {
	version := c.version
	return func(ctx context.Context, record *idempotency.Record) error {
		if c.beforeWrite != nil {
			c.beforeWrite()
		}
		if record != nil {
			first, err := c.store.ReadRecord(ctx, record.Key)
			if err != nil {
				return err
			}
			if first != nil {
				return &idempotency.Replayed{First: *first}
			}
		}
		if version != c.version {
			return fault.New(fault.VersionMismatch, "The number has changed.")
		}
		c.value, c.version, c.writes = value, version+1, c.writes+1
		if record == nil {
			return nil
		}
		return c.store.Remember(ctx, *record)
	}
}

// interrupt runs a function before each of the next writes. Its own writes are not among them.
func (c *counter) interrupt(times int, run func()) {
	c.beforeWrite = func() {
		c.beforeWrite = nil
		run()
		if times > 1 {
			c.interrupt(times-1, run)
		}
	}
}

// add adds to the number, up to a limit.
func (c *counter) add(ctx context.Context, meta request.Metadata, n, limit int64) (int64, error) {
	return edit.Update(
		ctx,
		c.editor(),
		meta,
		c.read(meta.Key),
		func(value int64, _ time.Time) (edit.Outcome[int64], error) {
			if value+n > limit {
				return edit.Outcome[int64]{}, fault.New(fault.LimitExceeded, "The number is too large.")
			}
			return edit.Outcome[int64]{Answer: value + n, Write: c.write(value + n)}, nil
		},
	)
}

func (c *counter) mustAdd(ctx context.Context, meta request.Metadata, n, limit int64) func() {
	return func() {
		c.Helper()
		if _, err := c.add(ctx, meta, n, limit); err != nil {
			c.Fatal(err)
		}
	}
}

// The first answer of a creation is checked before it is repeated, whichever way the duplicate finds it.
func TestCreationIsRepeatedOnlyAfterACheck(t *testing.T) {
	for name, isConcurrent := range map[string]bool{"a later duplicate": false, "a concurrent duplicate": true} {
		c := newCounter(t)
		meta, checks := request.Metadata{Key: keyed("k")}, 0
		create := func(checked error) (int64, error) {
			return edit.CreateIn(t.Context(), c.editor(), meta, c.read(meta.Key),
				func(value int64, _ time.Time) (edit.Outcome[int64], error) {
					return edit.Outcome[int64]{Answer: value + 10, Write: c.write(value + 10)}, nil
				},
				func(_ context.Context, first int64) error {
					if checks++; first != 10 {
						t.Errorf("%s: the answer %d is checked, want 10", name, first)
					}
					return checked
				})
		}
		first := func() {
			if value, err := create(fault.NotInView()); err != nil || value != 10 || checks != 0 {
				t.Errorf("%s: the first request got %d, %v and %d checks; want 10 and none", name, value, err, checks)
			}
		}
		if isConcurrent {
			c.interrupt(1, first)
		} else {
			first()
		}
		if value, err := create(fault.NotInView()); !fault.Is(err, fault.NotFound) || value != 0 || checks != 1 {
			t.Errorf("%s: got %d, %v and %d checks; want not-found and 1 check", name, value, err, checks)
		}
		if value, err := create(nil); err != nil || value != 10 || c.writes != 1 {
			t.Errorf("%s: got %d, %v and %d writes; want the first answer and 1 write", name, value, err, c.writes)
		}
	}
}

func TestUpdateIsMadeAgainAfterAConflict(t *testing.T) {
	c := newCounter(t)
	c.interrupt(7, c.mustAdd(t.Context(), request.Metadata{}, 1, 100))
	if value, err := c.add(t.Context(), request.Metadata{}, 10, 100); err != nil || value != 17 || c.value != 17 {
		t.Errorf("answer %d, %v, value %d; want 17", value, err, c.value)
	}
}

func TestUpdateIsCrowdedAfterEightConflicts(t *testing.T) {
	c := newCounter(t)
	c.interrupt(8, c.mustAdd(t.Context(), request.Metadata{}, 1, 100))
	value, err := c.add(t.Context(), request.Metadata{}, 10, 100)
	if !errors.Is(err, edit.ErrCrowded) || !fault.Is(err, fault.Unavailable) || value != 0 || c.value != 8 {
		t.Errorf("answer %d, %v, value %d; want no answer, unavailable, and the value of the others", value, err, c.value)
	}
}

// A conflict makes the edit judge again: what was allowed before may be refused now.
func TestUpdateIsJudgedAgainAfterAConflict(t *testing.T) {
	c := newCounter(t)
	c.interrupt(1, c.mustAdd(t.Context(), request.Metadata{}, 1, 10))
	value, err := c.add(t.Context(), request.Metadata{}, 10, 10)
	if !fault.Is(err, fault.LimitExceeded) || value != 0 || c.value != 1 {
		t.Errorf("answer %d, %v, value %d; want limit-exceeded", value, err, c.value)
	}
}

// A duplicate may be refused only because of what the first request did between the reads of its record and of the
// object.
func TestUpdateAnswersARefusedDuplicateAsTheFirst(t *testing.T) {
	version := int64(1)
	for name, meta := range map[string]request.Metadata{
		"by a rule":   {Key: keyed("k")},
		"by If-Match": {Key: keyed("k"), IfMatch: &version},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			late := func(ctx context.Context) (edit.Snapshot[int64], error) {
				snapshot, err := c.read(meta.Key)(ctx)
				c.mustAdd(ctx, meta, 10, 10)()
				snapshot.Object, snapshot.Version = c.value, c.version
				return snapshot, err
			}
			value, err := edit.Update(t.Context(), c.editor(), meta, late, func(int64, time.Time) (edit.Outcome[int64], error) {
				return edit.Outcome[int64]{}, fault.New(fault.LimitExceeded, "The number is too large.")
			})
			if err != nil || value != 10 || c.writes != 1 {
				t.Errorf("answer %d, %v, %d writes; want the first answer", value, err, c.writes)
			}
			another := meta
			another.Key = keyed("another")
			if value, err := c.add(t.Context(), another, 10, 10); err == nil || value != 0 {
				t.Errorf("another request: answer %d, %v; want a refusal", value, err)
			}
			meta.Key.Fingerprint = "another body"
			if _, err := c.add(t.Context(), meta, 10, 10); !fault.Is(err, fault.InvalidRequest) {
				t.Errorf("another body: %v, want invalid-request", err)
			}
		})
	}
}

// An object that a duplicate no longer finds may be what the first request has deleted.
func TestUpdateAnswersADuplicateThatFindsNothing(t *testing.T) {
	c := newCounter(t)
	meta := request.Metadata{Key: keyed("k")}
	gone := func(ctx context.Context) (edit.Snapshot[int64], error) {
		c.mustAdd(ctx, meta, 10, 10)()
		return edit.Snapshot[int64]{}, fault.New(fault.NotFound, "There is no number.")
	}
	never := func(int64, time.Time) (edit.Outcome[int64], error) {
		t.Error("there is nothing to edit")
		return edit.Outcome[int64]{}, nil
	}
	if value, err := edit.Update(t.Context(), c.editor(), meta, gone, never); err != nil || value != 10 {
		t.Errorf("answer %d, %v; want the first answer", value, err)
	}
}

// The first answer is not for a caller who may no longer see the object.
func TestUpdateReplaysNothingOutsideTheView(t *testing.T) {
	c := newCounter(t)
	meta := request.Metadata{Key: keyed("k")}
	c.mustAdd(t.Context(), meta, 10, 10)()
	hidden := func(ctx context.Context) (edit.Snapshot[int64], error) {
		snapshot, _ := c.read(meta.Key)(ctx)
		return snapshot, fault.New(fault.NotFound, "The number is not in your view.")
	}
	value, err := edit.Update(t.Context(), c.editor(), meta, hidden, func(int64, time.Time) (edit.Outcome[int64], error) {
		return edit.Outcome[int64]{}, errors.New("unreachable")
	})
	if !fault.Is(err, fault.NotFound) || value != 0 {
		t.Errorf("answer %d, %v; want not-found", value, err)
	}
}

func TestUpdateDoesNotStoreASecret(t *testing.T) {
	c := newCounter(t)
	meta := request.Metadata{Key: keyed("k")}
	mint := func() (string, error) {
		return edit.Update(
			t.Context(),
			c.editor(),
			meta,
			c.read(meta.Key),
			func(int64, time.Time) (edit.Outcome[string], error) {
				return edit.Outcome[string]{Answer: "secret", Secret: true, Write: c.write(1)}, nil
			},
		)
	}
	if secret, err := mint(); err != nil || secret != "secret" {
		t.Errorf("answer %q, %v; want the secret", secret, err)
	}
	record, err := c.store.ReadRecord(t.Context(), keyed("k"))
	if err != nil || record.Answer != nil || !record.ExpiresAt.Equal(c.clock.Add(idempotency.Lifetime)) {
		t.Errorf("record %+v, want one without an answer (error %v)", record, err)
	}
	if secret, err := mint(); !fault.Is(err, fault.SecretShownOnce) || secret != "" {
		t.Errorf("repeated: answer %q, %v; want secret-shown-once", secret, err)
	}
	if c.writes != 1 {
		t.Errorf("%d writes, want 1", c.writes)
	}
}

// Whether a request has taken effect cannot be known if its record cannot be read.
func TestUpdateFailsWithoutTheRecord(t *testing.T) {
	c := newCounter(t)
	meta := request.Metadata{Key: keyed("k")}
	refuse := func(int64, time.Time) (edit.Outcome[int64], error) {
		c.store.Fail(dynamotest.Any, dynamotest.ErrOutage)
		return edit.Outcome[int64]{}, fault.New(fault.Conflict, "It is done.")
	}
	_, err := edit.Update(t.Context(), c.editor(), meta, c.read(meta.Key), refuse)
	if !errors.Is(err, dynamotest.ErrOutage) {
		t.Errorf("error %v, want the outage", err)
	}
}

// A defect or an outage is no refusal, and no reason to try again.
func TestUpdateReturnsOtherErrorsAtOnce(t *testing.T) {
	for name, cause := range map[string]error{
		"a defect":  errors.New("defect"),
		"an outage": fault.New(fault.Unavailable, "The storage does not answer."),
	} {
		c := newCounter(t)
		reads := 0
		c.store.Before(func(dynamotest.Call) error {
			reads++
			return nil
		})
		edits := 0
		value, err := edit.Update(
			t.Context(),
			c.editor(),
			request.Metadata{Key: keyed("k")},
			c.read(keyed("k")),
			func(int64, time.Time) (edit.Outcome[int64], error) {
				edits++
				return edit.Outcome[int64]{Answer: 1}, cause
			},
		)
		if !errors.Is(err, cause) || value != 0 || edits != 1 || reads != 1 {
			t.Errorf("%s: answer %d, %v after %d reads and %d edits; want it after one of each", name, value, err, reads, edits)
		}
	}
}

func TestCreateReadsNothing(t *testing.T) {
	c := newCounter(t)
	var reads []dynamotest.Call // before the write
	c.store.Before(func(call dynamotest.Call) error {
		reads = append(reads, call)
		return nil
	})
	c.beforeWrite = c.store.Mend
	create := func(value int64) (int64, error) {
		return edit.Create(
			t.Context(),
			c.editor(),
			request.Metadata{Key: keyed("k")},
			func(time.Time) (edit.Outcome[int64], error) {
				return edit.Outcome[int64]{Answer: value, Write: c.write(value)}, nil
			},
		)
	}
	if value, err := create(1); err != nil || value != 1 || len(reads) != 0 {
		t.Errorf("answer %d, %v after %v; want 1 after the write alone", value, err, reads)
	}
	if value, err := create(2); err != nil || value != 1 || c.value != 1 {
		t.Errorf("repeated: answer %d, %v, value %d; want the first answer", value, err, c.value)
	}
}

func TestRetry(t *testing.T) {
	conflict := fault.New(fault.VersionMismatch, "It has changed.")
	for name, test := range map[string]struct {
		conflicts int
		last      error
		attempts  int
		crowded   bool
	}{
		"at once":            {0, nil, 1, false},
		"after conflicts":    {7, nil, 8, false},
		"another error":      {2, errors.New("defect"), 3, false},
		"too many conflicts": {100, nil, 8, true},
	} {
		attempts := 0
		err := edit.Retry(func() error {
			attempts++
			if attempts <= test.conflicts {
				return conflict
			}
			return test.last
		})
		if attempts != test.attempts || errors.Is(err, edit.ErrCrowded) != test.crowded ||
			!test.crowded && !errors.Is(err, test.last) {
			t.Errorf("%s: %v after %d attempts, want %d", name, err, attempts, test.attempts)
		}
		if test.crowded && !errors.Is(err, conflict) {
			t.Errorf("%s: %v does not keep the last conflict for the log", name, err)
		}
	}
}
