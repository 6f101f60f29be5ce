// Package task is the adapter of all functions without a route. AWS invokes them with records of the table's stream,
// messages of a queue, events of a bus or the input of a workflow's step, or on a schedule. Operators invoke some of
// them directly.
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
	"tenantry/shared/metric"
)

// Config configures a function without a route.
type Config struct {
	Name      string // of the operation, in the log
	Logger    *slog.Logger
	Now       func() time.Time
	Namespace string // of the metrics in CloudWatch; if it is empty, the log lines have none
}

// Refusal is the error that the invoker gets. It has a code and a detail for people, and nothing from the storage.
type Refusal struct{ Code, Detail string }

// Error returns the code and the detail.
func (r Refusal) Error() string { return r.Code + ": " + r.Detail }

// Direct returns the handler of a function that an operator or a schedule invokes. If its output is a slog.LogValuer,
// the log line has it as "outcome".
func Direct[I, O any](
	config Config, handle func(ctx context.Context, requestID string, input I) (O, error),
) func(context.Context, I) (O, error) {
	return func(ctx context.Context, input I) (output O, err error) {
		ctx, finish := config.begin(ctx)
		output, err = handle(ctx, requestID(ctx), input)
		if outcome, ok := any(output).(slog.LogValuer); ok {
			finish(err, slog.Any("outcome", outcome))
		} else {
			finish(err)
		}
		return output, refusalOf(err)
	}
}

// refusalOf returns the error for the invoker, or nil.
func refusalOf(err error) error {
	if err == nil {
		return nil
	}
	known, isFault := errors.AsType[*fault.Fault](err)
	if !isFault {
		return Refusal{Code: "internal", Detail: "The invocation failed. The function's log has the cause."}
	}
	parts := []string{known.Detail}
	for _, field := range known.Fields {
		parts = append(parts, field.Pointer+": "+field.Detail)
	}
	return Refusal{Code: string(known.Code), Detail: strings.Join(parts, " ")}
}

// begin starts an invocation. The returned function ends it and writes its log line.
func (c Config) begin(ctx context.Context) (context.Context, func(err error, more ...slog.Attr)) {
	started := c.Now()
	ctx, calls := meter.With(ctx)
	ctx, measured := metric.With(ctx)
	return ctx, func(err error, more ...slog.Attr) {
		line := []slog.Attr{
			slog.String("operation", c.Name), slog.String("requestId", requestID(ctx)),
			slog.Int64("durationMs", c.Now().Sub(started).Milliseconds()), calls.Figures().LogAttr(ctx, c.Logger),
		}
		level, code := slog.LevelInfo, fault.CodeOf(err)
		if code != "" {
			line = append(line, slog.String("code", string(code)))
		} else if err != nil {
			level = slog.LevelError
		}
		if text := errorText(err); text != "" {
			line = append(line, slog.String("error", text))
		}
		line = append(line, more...)
		line = append(line, metricAttrs(c.Namespace, c.Now(), measured.Measurements())...)
		c.Logger.LogAttrs(ctx, level, "operation finished", line...)
	}
}

// errorText returns what the log says of an error besides its code: the cause of a fault, or the whole text of any
// other error. A sweep returns errors that name its entries and may contain faults.
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
