package task

import (
	"context"
	"errors"
	"strings"

	"tenantry/shared/fault"
)

// TryAgain is the error of a step that may succeed when it is called again; a state machine knows it by the name of its
// type.
type TryAgain struct{ Code string }

// Error returns the code of the fault.
func (t TryAgain) Error() string { return t.Code }

// Step returns the handler of a function that is a step of a workflow. A fault that may pass ends it with the error
// TryAgain, all else with Refusal, both without what the storage said.
func Step[I, O any](config Config, do func(ctx context.Context, in I) (O, error)) func(context.Context, I) (O, error) {
	return func(ctx context.Context, in I) (out O, err error) {
		ctx, finish := config.begin(ctx)
		out, err = do(ctx, in)
		finish(err)
		switch code := fault.CodeOf(err); {
		case err == nil:
			return out, nil
		case code == fault.Unavailable,
			code == fault.VersionMismatch,
			code == fault.TooManyRequests,
			errors.Is(err, context.DeadlineExceeded):
			return out, TryAgain{Code: string(code)}
		default:
			return out, Refusal{
				Code:   strings.TrimSpace(string(code) + " internal"),
				Detail: "The step failed. The function's log has the cause.",
			}
		}
	}
}

// Done makes a step of one that answers nothing.
func Done[I any](do func(ctx context.Context, in I) error) func(context.Context, I) (struct{}, error) {
	return func(ctx context.Context, in I) (struct{}, error) { return struct{}{}, do(ctx, in) }
}
