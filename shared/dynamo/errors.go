package dynamo

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"tenantry/shared/fault"
)

// outcome is what an error of the SDK tells about the call.
type outcome int

const (
	done      outcome = iota
	refused           // a condition did not hold; nothing was written
	contended         // another transaction, or too much at once; nothing was written; try again
	unknown           // time-out, lost connection or a failure on the other side; it may have been written
	wrong             // the call itself is at fault
)

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

func outcomeOf(err error) outcome {
	var (
		condition *types.ConditionalCheckFailedException
		cancelled *types.TransactionCanceledException
		conflict  *types.TransactionConflictException
		api       smithy.APIError
		params    *smithy.InvalidParamsError
	)
	switch {
	case err == nil:
		return done
	case errors.As(err, &condition):
		return refused
	case errors.As(err, &cancelled):
		_, why := firstReason(cancelled)
		return why
	case errors.As(err, &conflict), throttles.IsErrorThrottle(err) == aws.TrueTernary:
		return contended
	case errors.As(err, &params), errors.As(err, &api) && api.ErrorFault() == smithy.FaultClient:
		return wrong
	}
	return unknown
}

// asRefused tells whether a single write was refused by its condition, and which item it found; nil for none.
func asRefused(err error) (there item, refused bool) {
	condition, refused := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !refused {
		return nil, false
	}
	return condition.Item, true
}

// firstReason tells which item of a transaction decides why it was cancelled: the first one with a reason. Items are put
// into a transaction in the order in which their reasons count, so a failed condition behind a conflict waits until the
// conflict is over.
func firstReason(cancelled *types.TransactionCanceledException) (item int, why outcome) {
	for i, reason := range cancelled.CancellationReasons {
		switch code := aws.ToString(reason.Code); code {
		case "", "None":
		case "ConditionalCheckFailed":
			return i, refused
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			return i, contended
		default:
			return i, wrong
		}
	}
	return 0, wrong
}

// failed turns the error of a call into one that may leave the store.
func failed(err error, doing string) error {
	switch outcomeOf(err) {
	case done:
		return nil
	case contended, unknown:
		return unavailable(fmt.Errorf("%s: %w", doing, err))
	case refused, wrong:
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func unavailable(cause error) error {
	f := fault.Because(cause, fault.Unavailable, "The storage is not responding at the moment. Try again later.")
	f.RetryAfter = time.Second
	return f
}
