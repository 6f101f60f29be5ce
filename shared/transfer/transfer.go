package transfer

import (
	"context"
	"time"

	"tenantry/shared/operation"
)

// Accounts moves customers and converts them. It is the work of operations.
type Accounts struct {
	Store Store
	IDs   interface {
		New(prefix string) (string, error)
	}
	Now func() time.Time
}

// Works returns the work of the kinds of operation that move and convert.
func (t Accounts) Works() map[operation.Kind]operation.Work {
	return map[operation.Kind]operation.Work{operation.Move: moving{t}, operation.Convert: converting{t}}
}

type moving struct{ Accounts }

// Do moves a customer.
func (m moving) Do(ctx context.Context, task operation.Task) error { return nil }

// Judge says whether a customer could be moved.
func (m moving) Judge(ctx context.Context, task operation.Task) (operation.Forecast, error) {
	return operation.Forecast{}, nil
}

type converting struct{ Accounts }

// Do converts a customer.
func (c converting) Do(ctx context.Context, task operation.Task) error { return nil }

// Judge says whether a customer could be converted.
func (c converting) Judge(ctx context.Context, task operation.Task) (operation.Forecast, error) {
	return operation.Forecast{}, nil
}
