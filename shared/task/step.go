package task

import (
	"context"
	"errors"
	"strings"

	"tenantry/shared/fault"
)

// TryAgain is the error of a step that may succeed if it is called again. State machines recognise it by the name of
// its type.
type TryAgain struct{ Code string }

// Error returns the code of the fault.
func (t TryAgain) Error() string { return t.Code }

// Step returns the handler of a function that is a step of a workflow. It returns TryAgain after a temporary fault and
// Refusal after any other error. Both contain nothing from the storage.
func Step[I, O any](
	config Config,
	do func(ctx context.Context, input I) (O, error),
) func(context.Context, I) (O, error) {
	return func(ctx context.Context, input I) (output O, err error) {
		ctx, finish := config.begin(ctx)
		output, err = do(ctx, input)
		finish(err)
		switch code := fault.CodeOf(err); {
		case err == nil:
			return output, nil
		case code == fault.Unavailable,
			code == fault.VersionMismatch,
			code == fault.TooManyRequests,
			errors.Is(err, context.DeadlineExceeded):
			return output, TryAgain{Code: string(code)}
		default:
			return output, Refusal{
				Code:   strings.TrimSpace(string(code) + " internal"),
				Detail: "The step failed. The function's log has the cause.",
			}
		}
	}
}

// Done returns a step without output.
func Done[I any](do func(ctx context.Context, input I) error) func(context.Context, I) (struct{}, error) {
	return func(ctx context.Context, input I) (struct{}, error) { return struct{}{}, do(ctx, input) }
}
