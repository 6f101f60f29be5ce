package supervisor

import (
	"context"
	"net/http"
	"sync"

	"tenantry/local/emulator"
	"tenantry/local/lambda"
	"tenantry/local/pump"
)

// consumers are the workers that pass the table's stream to functions, one for each event source mapping.
type consumers struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
}

func (s *Supervisor) startConsumers(mappings []pump.Mapping) *consumers {
	ctx, cancel := context.WithCancel(context.Background())
	c := &consumers{cancel: cancel}
	services := emulator.Client{Endpoint: emulator.Address(s.ports.Emulator)}
	storage := emulator.Client{Endpoint: emulator.Address(s.ports.DynamoDB)}
	for _, mapping := range mappings {
		worker := &pump.Worker{
			Mapping:      mapping,
			Stream:       &emulator.TableStream{Client: storage, Table: mapping.TableName},
			Invoker:      invoker{s.functions},
			Destinations: services,
			Checkpoints:  pump.CheckpointFile(s.Dir.Data("checkpoints", mapping.Name+".json")),
			Log:          s.Log,
		}
		c.workers.Go(func() {
			if err := worker.Run(ctx); err != nil {
				s.Log.Error("stream consumer failed to start", "error", err)
			}
		})
	}
	return c
}

// invoker invokes functions for the workers.
type invoker struct{ functions *lambda.Host }

// Invoke implements pump.Invoker.
func (i invoker) Invoke(_ context.Context, function string, event []byte) (pump.Response, error) {
	response, err := i.functions.Invoke(function, event)
	if err != nil {
		return pump.Response{}, err
	}
	return pump.Response{
		RequestID:     response.RequestID,
		Status:        http.StatusOK,
		FunctionError: response.FunctionError,
		Payload:       response.Payload,
	}, nil
}

// stop stops the workers and waits for their running invocations.
func (c *consumers) stop() {
	if c.cancel != nil {
		c.cancel()
	}
	c.workers.Wait()
}
