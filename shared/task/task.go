// Package task is the one adapter of all functions that are not behind HTTP: those that AWS invokes with records of the
// table's stream, and those that an operator invokes directly.
package task

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"tenantry/shared/fault"
	"tenantry/shared/meter"
)

// Config is what every task needs.
type Config struct {
	Name   string // the operation, for its log line
	Logger *slog.Logger
	Now    func() time.Time
}

// Refusal is the error of a direct invocation: the code and the detail that a person may read, nothing of the storage.
type Refusal struct{ Code, Detail string }

// Error returns the code and the detail.
func (r Refusal) Error() string { return r.Code + ": " + r.Detail }

// Direct returns the handler of a function that is invoked by IAM only, without a route, or by a schedule. An answer
// that is a slog.LogValuer is in the log line too.
func Direct[I, O any](
	config Config,
	handle func(ctx context.Context, requestID string, in I) (O, error),
) func(context.Context, I) (O, error) {
	return func(ctx context.Context, in I) (out O, err error) {
		ctx, done := config.begin(ctx)
		out, err = handle(ctx, requestID(ctx), in)
		if told, ok := any(out).(slog.LogValuer); ok {
			done(err, slog.Any("outcome", told))
		} else {
			done(err)
		}
		var known *fault.Fault
		switch {
		case errors.As(err, &known):
			parts := []string{known.Detail}
			for _, field := range known.Fields {
				parts = append(parts, field.Pointer+": "+field.Detail)
			}
			return out, Refusal{Code: string(known.Code), Detail: strings.Join(parts, " ")}
		case err != nil:
			return out, Refusal{Code: "internal", Detail: "The invocation failed. The function's log has the cause."}
		}
		return out, nil
	}
}

// begin starts the account of one invocation. What it returns writes the one log line at the end.
func (c Config) begin(ctx context.Context) (context.Context, func(error, ...slog.Attr)) {
	started := c.Now()
	ctx, counted := meter.With(ctx)
	return ctx, func(err error, more ...slog.Attr) {
		line := []slog.Attr{
			slog.String("operation", c.Name), slog.String("requestId", requestID(ctx)),
			slog.Int64("durationMs", c.Now().Sub(started).Milliseconds()), slog.Any("storage", counted.Figures()),
		}
		level := slog.LevelInfo
		if code := fault.CodeOf(err); code != "" {
			line = append(line, slog.String("code", string(code)))
		} else if err != nil {
			level = slog.LevelError
		}
		if text := errorText(err); text != "" {
			line = append(line, slog.String("error", text))
		}
		c.Logger.LogAttrs(ctx, level, "operation finished", append(line, more...)...)
	}
}

// errorText returns what the log says of an error besides its code: the cause of a fault, or the whole text of any other
// error. A sweep returns errors that name its entries and may contain faults.
func errorText(err error) string {
	if known, isFault := err.(*fault.Fault); isFault { //nolint:errorlint // an error that wraps a fault has a text of its own
		err = known.Unwrap()
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

func requestID(ctx context.Context) string {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		return invocation.AwsRequestID
	}
	return ""
}
