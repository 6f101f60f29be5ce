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

// outcome is what is known about a call after it has returned.
type outcome int

const (
	succeeded       outcome = iota
	conditionFailed         // nothing was written
	retryable               // a conflict with another transaction, or throttling; nothing was written
	unknown                 // a time-out, a lost connection or a server error; the call may have been executed
	invalid                 // the request is wrong; nothing was written
)

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// outcomeOf returns the outcome of a call that has returned the error.
func outcomeOf(err error) outcome {
	var (
		failure   *types.ConditionalCheckFailedException
		cancelled *types.TransactionCanceledException
		conflict  *types.TransactionConflictException
		api       smithy.APIError
		params    *smithy.InvalidParamsError
	)
	switch {
	case err == nil:
		return succeeded
	case errors.As(err, &failure):
		return conditionFailed
	case errors.As(err, &cancelled):
		_, result := decidingReason(cancelled)
		return result
	case errors.As(err, &conflict), throttles.IsErrorThrottle(err) == aws.TrueTernary:
		return retryable
	case errors.As(err, &params), errors.As(err, &api) && api.ErrorFault() == smithy.FaultClient:
		return invalid
	}
	return unknown
}

// asConditionFailure reports whether the condition of a single write failed. It returns the item that DynamoDB found,
// or nil if there was none.
func asConditionFailure(err error) (found item, failed bool) {
	failure, failed := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !failed {
		return nil, false
	}
	return failure.Item, true
}

// decidingReason returns the index of the first write with a reason, and the outcome for this reason. Writes are added
// to a transaction in the order of their importance. Therefore a conflict is retried before a later failed condition
// counts.
func decidingReason(cancelled *types.TransactionCanceledException) (index int, result outcome) {
	for i, reason := range cancelled.CancellationReasons {
		switch code := aws.ToString(reason.Code); code {
		case "", "None":
		case "ConditionalCheckFailed":
			return i, conditionFailed
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			return i, retryable
		default:
			return i, invalid
		}
	}
	return 0, invalid
}

// callError wraps the error of a call, for the caller of the store. It returns fault.Unavailable if a later call may
// succeed, and nil if err is nil.
func callError(err error, action string) error {
	switch outcomeOf(err) {
	case succeeded:
		return nil
	case retryable, unknown:
		return unavailable(fmt.Errorf("%s: %w", action, err))
	case conditionFailed, invalid:
	}
	return fmt.Errorf("%s: %w", action, err)
}

func unavailable(cause error) error {
	f := fault.Because(cause, fault.Unavailable, "The storage is not responding at the moment. Try again later.")
	f.RetryAfter = time.Second
	return f
}
