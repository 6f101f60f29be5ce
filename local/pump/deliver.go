package pump

import (
	"context"
	"encoding/json"
	"time"
)

// deliver invokes the function with a batch, until each record is processed or given up, or the context ends.
func (w *Worker) deliver(ctx context.Context, batch []Record) {
	delay := firstRetryDelay
	for invocations := 1; ; invocations++ {
		if ctx.Err() == nil {
			batch = w.dropExpired(ctx, batch)
		}
		if ctx.Err() != nil || len(batch) == 0 {
			return
		}
		response := w.invoke(ctx, batch)
		if response.Status == 0 {
			return // the context ended before the function was reached
		}
		failed := response.firstFailure(batch, w.Mapping.reportsFailures())
		if failed > 0 {
			w.checkpoint(ctx, batch[failed-1].Sequence)
			batch, invocations = batch[failed:], 0
			continue
		}
		w.Log.Warn("stream consumer failed", "mapping", w.Mapping.Name, "records", len(batch),
			"invocation", invocations, "response", string(response.Payload))
		if w.Mapping.BisectBatchOnFunctionError && len(batch) > 1 {
			w.deliver(ctx, batch[:len(batch)/2])
			w.deliver(ctx, batch[len(batch)/2:])
			return
		}
		if retries := w.Mapping.MaximumRetryAttempts; retries != unlimited && invocations > retries {
			w.giveUp(ctx, batch, failure{retriesExhausted, invocations, response})
			return
		}
		wait(ctx, delay)
		delay = min(2*delay, maxRetryDelay)
	}
}

// invoke invokes the function, and retries until the function is reached. A shutdown does not interrupt a running
// invocation.
func (w *Worker) invoke(ctx context.Context, batch []Record) Response {
	var response Response
	w.retry(ctx, "reach the function", func() error {
		payload, err := payloadOf(batch)
		if err == nil {
			response, err = w.Invoker.Invoke(context.WithoutCancel(ctx), w.Mapping.FunctionName, payload)
		}
		return err
	})
	return response
}

// payloadOf returns the event with which a function gets a batch.
func payloadOf(batch []Record) ([]byte, error) {
	records := make([]json.RawMessage, len(batch))
	for i, r := range batch {
		records[i] = r.JSON
	}
	return json.Marshal(map[string]any{"Records": records})
}

// dropExpired gives up the records at the start of the batch that are too old, and returns the others.
func (w *Worker) dropExpired(ctx context.Context, batch []Record) []Record {
	if w.Mapping.MaximumRecordAgeInSeconds == unlimited {
		return batch
	}
	oldest := time.Now().Add(-time.Duration(w.Mapping.MaximumRecordAgeInSeconds) * time.Second)
	expired := 0
	for expired < len(batch) && batch[expired].Created.Before(oldest) {
		expired++
	}
	if expired > 0 {
		w.giveUp(ctx, batch[:expired], failure{condition: recordTooOld})
	}
	return batch[expired:]
}

// giveUp sends a dead letter to the mapping's on-failure destination, if it has one, and advances the checkpoint.
func (w *Worker) giveUp(ctx context.Context, batch []Record, f failure) {
	w.Log.Error("stream consumer gives up", "mapping", w.Mapping.Name, "condition", f.condition,
		"from", batch[0].Sequence, "to", batch[len(batch)-1].Sequence)
	if w.Mapping.Destination != "" {
		w.retry(ctx, "send to the on-failure destination", func() error { return w.sendDeadLetter(ctx, batch, f) })
	}
	if ctx.Err() == nil {
		w.checkpoint(ctx, batch[len(batch)-1].Sequence)
	}
}
