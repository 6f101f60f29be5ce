package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"tenantry/shared/fault"
)

// panicked is the error of an operation that panicked.
type panicked struct{ cause any }

// Error returns what the operation panicked with.
func (p panicked) Error() string { return fmt.Sprint("panic: ", p.cause) }

// log writes the one line about a request. It tells of no header, query, body or path: they may hold secrets.
func (h *handler) log(ctx context.Context, x *exchange, status int) {
	operation := "unknownRoute"
	if x.route != nil {
		operation = x.route.spec.ID
	}
	attrs := []slog.Attr{
		slog.String("operation", operation),
		slog.String("requestId", x.request.id),
		slog.Int("status", status),
		slog.Int64("durationMs", h.now().Sub(x.began).Milliseconds()),
	}
	if id := x.call.Caller.Account.ID; id != "" {
		attrs = append(attrs, slog.String("callerId", string(id)))
	}
	if x.refused != nil {
		attrs = append(attrs, slog.String("code", x.refused.Code))
	}
	attrs = append(attrs, slog.Any("storage", x.meter.Figures()))
	if cause := inner(x.failure); cause != nil {
		attrs = append(attrs, slog.String("error", cause.Error()))
	}
	if x.stack != nil {
		attrs = append(attrs, slog.String("stack", string(x.stack)))
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	h.logger.LogAttrs(ctx, level, "operation finished", attrs...)
}

// inner returns the part of an error that the answer does not tell: what is behind a fault, or all of another error.
func inner(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && meanings[f.Code].status != 0 {
		return f.Unwrap()
	}
	return err
}
