package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	pollInterval    = 150 * time.Millisecond
	quietInterval   = 500 * time.Millisecond // after quietTime without records
	quietTime       = 10 * time.Second
	pageSize        = 1000
	maxPayload      = 6 << 20 // Lambda's limit for the payload of an invocation
	firstRetryDelay = 200 * time.Millisecond
	maxRetryDelay   = 10 * time.Second
)

// Record is one change of the table.
type Record struct {
	JSON     json.RawMessage // the record as the function receives it
	Sequence string
	Created  time.Time
}

// Shard is a shard of a stream. In dynoxide the stream of a table has one shard.
type Shard struct{ ID, Stream string }

// Stream reads a table's changes in order.
type Stream interface {
	Shard(ctx context.Context) (Shard, error)
	// Read returns the records after a sequence number. After "" it starts with the oldest record.
	Read(ctx context.Context, shard Shard, after string, limit int) ([]Record, error)
}

// Invoker invokes functions. Invoke returns an error if the function was not reached. A function's own error is in the
// Response.
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) (Response, error)
}

// Destinations are the queues and buckets that get records that were given up.
type Destinations interface {
	Send(ctx context.Context, queueARN string, message []byte) error
	Store(ctx context.Context, bucket, key string, object []byte) error
}

// Worker passes the stream to the function of one mapping.
type Worker struct {
	Mapping      Mapping
	Stream       Stream
	Invoker      Invoker
	Destinations Destinations
	Checkpoints  CheckpointFile
	Log          *slog.Logger

	filter Filter
	shard  Shard
	read   string   // sequence number of the last record read
	buffer []Record // records that were read and are in no batch yet
}

// Run works until the context ends. The next Run repeats the work after the last checkpoint. Run returns an error if
// the mapping's filter is invalid.
func (w *Worker) Run(ctx context.Context) error {
	filter, err := w.Mapping.filter()
	if err != nil {
		return fmt.Errorf("mapping %s: %w", w.Mapping.Name, err)
	}
	w.filter = filter
	w.retry(ctx, "open the stream", func() error { return w.open(ctx) })
	lastRecord := time.Now()
	for ctx.Err() == nil {
		var batch []Record
		var last string
		w.retry(ctx, "read the stream", func() (err error) {
			batch, last, err = w.collect(ctx)
			return err
		})
		if last == "" {
			wait(ctx, pause(time.Since(lastRecord)))
			continue
		}
		lastRecord = time.Now()
		w.deliver(ctx, batch)
		if ctx.Err() == nil {
			w.checkpoint(ctx, last)
		}
	}
	return nil
}

// pause returns how long to wait until the next poll, by the time that has passed since the last record: an idle stack
// should not keep a laptop busy.
func pause(quiet time.Duration) time.Duration {
	if quiet < quietTime {
		return pollInterval
	}
	return quietInterval
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// open finds the shard and the position from which to resume.
func (w *Worker) open(ctx context.Context) error {
	shard, err := w.Stream.Shard(ctx)
	if err != nil {
		return err
	}
	w.shard = shard
	position, found, err := w.Checkpoints.Load()
	if err != nil {
		return err
	}
	if found && position.Stream == shard.Stream {
		w.read = position.Sequence
		return nil
	}
	w.read = ""
	if w.Mapping.StartingPosition == "LATEST" {
		if w.read, err = w.lastSequence(ctx); err != nil {
			return err
		}
	}
	return w.saveCheckpoint(w.read)
}

// lastSequence returns the sequence number of the last record in the stream. Unlike a LATEST iterator, the number can
// be saved and is still valid after a crash.
func (w *Worker) lastSequence(ctx context.Context) (string, error) {
	last := ""
	for {
		records, err := w.Stream.Read(ctx, w.shard, last, pageSize)
		if err != nil || len(records) == 0 {
			return last, err
		}
		last = records[len(records)-1].Sequence
	}
}

// collect returns the next batch, and the sequence number of the last record that it has read for it. The batch is
// empty if the filter matched none of the records. The sequence number is "" if there were no records.
func (w *Worker) collect(ctx context.Context) (batch []Record, last string, err error) {
	size := 0
	var deadline time.Time
	for len(batch) < w.Mapping.BatchSize && ctx.Err() == nil {
		if len(w.buffer) == 0 {
			if err := w.fill(ctx); err != nil && len(batch) == 0 {
				return nil, "", err
			}
		}
		if len(w.buffer) == 0 {
			if len(batch) == 0 || !time.Now().Before(deadline) {
				break
			}
			wait(ctx, min(pollInterval, time.Until(deadline)))
			continue
		}
		next := w.buffer[0]
		if size+len(next.JSON) > maxPayload && len(batch) > 0 {
			break
		}
		w.buffer, last = w.buffer[1:], next.Sequence
		if !w.filter.Matches(next.JSON) {
			continue
		}
		if len(batch) == 0 {
			deadline = time.Now().Add(w.Mapping.window())
		}
		batch, size = append(batch, next), size+len(next.JSON)
	}
	return batch, last, nil
}

func (w *Worker) fill(ctx context.Context) error {
	records, err := w.Stream.Read(ctx, w.shard, w.read, pageSize)
	if err != nil {
		return err
	}
	if len(records) > 0 {
		w.buffer, w.read = records, records[len(records)-1].Sequence
	}
	return nil
}

func (w *Worker) checkpoint(ctx context.Context, sequence string) {
	w.retry(ctx, "save the checkpoint", func() error { return w.saveCheckpoint(sequence) })
}

func (w *Worker) saveCheckpoint(sequence string) error {
	return w.Checkpoints.Save(Position{Stream: w.shard.Stream, Sequence: sequence})
}

// retry calls a function until it succeeds or the context ends.
func (w *Worker) retry(ctx context.Context, action string, do func() error) {
	delay := firstRetryDelay
	for {
		err := do()
		if err == nil || ctx.Err() != nil {
			return
		}
		if !errors.Is(err, context.Canceled) {
			w.Log.Warn("stream consumer cannot "+action, "mapping", w.Mapping.Name, "error", err)
		}
		wait(ctx, delay)
		delay = min(2*delay, maxRetryDelay)
	}
}
