package pump

import (
	"context"
	"encoding/json"
	"time"
)

// deliver hands a batch to the function until each record is processed or given up, or the context ends.
func (w *Worker) deliver(ctx context.Context, batch []Record) {
	pause := firstRetryWait
	for invocations := 1; ; invocations++ {
		if ctx.Err() == nil {
			batch = w.dropExpired(ctx, batch)
		}
		if ctx.Err() != nil || len(batch) == 0 {
			return
		}
		answer := w.invoke(ctx, batch)
		if answer.Status == 0 {
			return // never reached: the context has ended
		}
		failed := answer.firstFailure(batch, w.Mapping.reportsFailures())
		if failed > 0 {
			w.checkpoint(ctx, batch[failed-1].Sequence)
			batch, invocations = batch[failed:], 0
			continue
		}
		w.Log.Warn("stream consumer failed", "mapping", w.Mapping.Name, "records", len(batch),
			"invocation", invocations, "answer", string(answer.Payload))
		if w.Mapping.BisectBatchOnFunctionError && len(batch) > 1 {
			w.deliver(ctx, batch[:len(batch)/2])
			w.deliver(ctx, batch[len(batch)/2:])
			return
		}
		if most := w.Mapping.MaximumRetryAttempts; most != unlimited && invocations > most {
			w.giveUp(ctx, batch, failure{retriesExhausted, invocations, answer})
			return
		}
		wait(ctx, pause)
		pause = min(2*pause, longestWait)
	}
}

// invoke calls the function until it is reached. An invocation that has begun is not cut short by a shutdown.
func (w *Worker) invoke(ctx context.Context, batch []Record) Answer {
	records := make([]json.RawMessage, len(batch))
	for i, r := range batch {
		records[i] = r.JSON
	}
	var answer Answer
	w.insist(ctx, "reach the function", func() error {
		payload, err := json.Marshal(map[string]any{"Records": records})
		if err == nil {
			answer, err = w.Invoker.Invoke(context.WithoutCancel(ctx), w.Mapping.FunctionName, payload)
		}
		return err
	})
	return answer
}

// dropExpired gives up the records that have grown too old, which are the first ones.
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

// giveUp sends word of the records to the on-failure queue, if there is one, and moves on.
func (w *Worker) giveUp(ctx context.Context, batch []Record, f failure) {
	w.Log.Error("stream consumer gives up", "mapping", w.Mapping.Name, "condition", f.condition,
		"from", batch[0].Sequence, "to", batch[len(batch)-1].Sequence)
	if w.Mapping.Destination != "" {
		w.insist(ctx, "send to the on-failure queue", func() error {
			letter, err := w.letterAbout(batch, f)
			if err == nil {
				err = w.Queues.Send(ctx, w.Mapping.Destination, letter)
			}
			return err
		})
	}
	if ctx.Err() == nil {
		w.checkpoint(ctx, batch[len(batch)-1].Sequence)
	}
}
