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
	pollInterval   = 150 * time.Millisecond
	pageSize       = 1000
	payloadLimit   = 6 << 20 // of a Lambda invocation
	firstRetryWait = 200 * time.Millisecond
	longestWait    = 10 * time.Second
)

// Record is one change of the table.
type Record struct {
	JSON     json.RawMessage // as the function gets it
	Sequence string
	Created  time.Time
}

// Shard is where a stream's records are read from. The emulator has one a table.
type Shard struct{ ID, Stream string }

// Stream reads a table's changes in order.
type Stream interface {
	Shard(ctx context.Context) (Shard, error)
	// Read returns the records after a sequence number; "" is before the oldest.
	Read(ctx context.Context, shard Shard, after string, limit int) ([]Record, error)
}

// Invoker calls functions. Its error means that the function was not reached; a function's own is in the Answer.
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) (Answer, error)
}

// Queues takes messages for on-failure destinations.
type Queues interface {
	Send(ctx context.Context, queueARN string, message []byte) error
}

// Worker feeds the function of one mapping.
type Worker struct {
	Mapping     Mapping
	Stream      Stream
	Invoker     Invoker
	Queues      Queues
	Checkpoints CheckpointFile
	Log         *slog.Logger

	filter Filter
	shard  Shard
	read   string   // sequence number of the last record read
	buffer []Record // read, not yet in a batch
}

// Run works until the context ends. What it was doing then is done again by the next Run.
func (w *Worker) Run(ctx context.Context) error {
	filter, err := w.Mapping.filter()
	if err != nil {
		return fmt.Errorf("mapping %s: %w", w.Mapping.Name, err)
	}
	w.filter = filter
	w.insist(ctx, "open the stream", func() error { return w.open(ctx) })
	for ctx.Err() == nil {
		var batch []Record
		var last string
		w.insist(ctx, "read the stream", func() (err error) {
			batch, last, err = w.collect(ctx)
			return err
		})
		if last == "" {
			wait(ctx, pollInterval)
			continue
		}
		w.deliver(ctx, batch)
		if ctx.Err() == nil {
			w.checkpoint(ctx, last)
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// open finds the shard and the place to go on from.
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
		if w.read, err = w.end(ctx); err != nil {
			return err
		}
	}
	return w.saveCheckpoint(w.read)
}

// end reads to the end of the stream: a stored number, unlike a LATEST iterator, still holds after a crash.
func (w *Worker) end(ctx context.Context) (string, error) {
	last := ""
	for {
		records, err := w.Stream.Read(ctx, w.shard, last, pageSize)
		if err != nil || len(records) == 0 {
			return last, err
		}
		last = records[len(records)-1].Sequence
	}
}

// collect returns the next batch and the sequence number up to which it is complete: "" when nothing has come.
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
		if size+len(next.JSON) > payloadLimit && len(batch) > 0 {
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
	w.insist(ctx, "save the checkpoint", func() error { return w.saveCheckpoint(sequence) })
}

func (w *Worker) saveCheckpoint(sequence string) error {
	return w.Checkpoints.Save(Position{Stream: w.shard.Stream, Sequence: sequence})
}

// insist repeats what must not be given up until it works or the context ends.
func (w *Worker) insist(ctx context.Context, what string, try func() error) {
	pause := firstRetryWait
	for {
		err := try()
		if err == nil || ctx.Err() != nil {
			return
		}
		if !errors.Is(err, context.Canceled) {
			w.Log.Warn("stream consumer cannot "+what, "mapping", w.Mapping.Name, "error", err)
		}
		wait(ctx, pause)
		pause = min(2*pause, longestWait)
	}
}
