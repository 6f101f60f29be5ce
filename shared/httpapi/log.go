package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"tenantry/shared/fault"
)

// panicError is the error of an operation that panicked.
type panicError struct{ cause any }

// Error returns the value that the operation panicked with.
func (p panicError) Error() string { return fmt.Sprint("panic: ", p.cause) }

// log writes the one log line of a request. The line has no header, query, body or path, because they may hold secrets.
// It has the caller's network address, to find attacks by.
func (h *handler) log(ctx context.Context, x *exchange, status int) {
	operation := "unknownRoute"
	if x.route != nil {
		operation = x.route.spec.ID
	}
	attrs := []slog.Attr{
		slog.String("operation", operation),
		slog.String("requestId", x.request.id),
		slog.String("address", x.request.address),
		slog.Int("status", status),
		slog.Int64("durationMs", h.now().Sub(x.start).Milliseconds()),
	}
	if id := x.call.Caller.Account.ID; id != "" {
		attrs = append(attrs, slog.String("callerId", string(id)))
	}
	if x.sent != nil {
		attrs = append(attrs, slog.String("code", x.sent.Code))
	}
	attrs = append(attrs, x.meter.Figures().LogAttr(ctx, h.logger))
	if cause := hiddenCause(x.err); cause != nil {
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

// hiddenCause returns the part of an error that the response does not show: the cause of a fault, or any other error
// itself.
func hiddenCause(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && problemKinds[f.Code].status != 0 {
		return f.Unwrap()
	}
	return err
}
