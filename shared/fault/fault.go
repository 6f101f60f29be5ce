// Package fault defines the errors that callers of the API see.
//
// Domain packages return a *Fault. The HTTP adapter has the only table that maps a Code to a status and a title. Any
// other error is a defect or an outage: the adapter logs it, and the response does not show its text.
package fault

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Code is the stable, machine-readable name of a fault. It is part of the API's contract.
type Code string

// The codes of the API, in the order of the contract.
const (
	MalformedRequest     Code = "malformed-request" // responses show it as invalid-request with status 400
	InvalidRequest       Code = "invalid-request"
	Unauthenticated      Code = "unauthenticated"
	AccountSuspended     Code = "account-suspended"
	Forbidden            Code = "forbidden"
	HeldByHigherLevel    Code = "held-by-higher-level"
	NotFound             Code = "not-found"
	Conflict             Code = "conflict"
	SecretShownOnce      Code = "secret-shown-once"
	LoginTaken           Code = "login-taken"
	Busy                 Code = "busy"
	LimitExceeded        Code = "limit-exceeded"
	VersionMismatch      Code = "version-mismatch"
	LinkExpired          Code = "link-expired"
	CursorExpired        Code = "cursor-expired" // of the change feed; the reader starts again without a cursor
	TooLarge             Code = "too-large"
	UnsupportedMediaType Code = "unsupported-media-type"
	TooManyRequests      Code = "too-many-requests"
	Unavailable          Code = "unavailable" // the storage or a service did not respond, or the outcome is unknown
)

// Fault is an error that the caller sees.
type Fault struct {
	Code   Code
	Detail string // says what happened and what to do; must not contain values of the caller or errors of the storage
	Fields []Field

	Operation  string        // Busy only: the id of the operation that works on the account, or "" if it is unknown
	RetryAfter time.Duration // time to wait before the next attempt; only with TooManyRequests and Unavailable
	cause      error
}

// Field is one invalid part of a request.
type Field struct {
	Pointer string `json:"pointer" doc:"JSON Pointer into the body, or the name of a path, query or header parameter."`
	Code    string `json:"code" doc:"Stable name of the problem with this field." example:"required"`
	Detail  string `json:"detail" doc:"What is wrong with this field, and what to do about it."`
}

// Error returns the code and the detail, for logs and tests.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Code))
	if f.Detail != "" {
		b.WriteString(": " + f.Detail)
	}
	for _, field := range f.Fields {
		b.WriteString("; " + field.Pointer + " " + field.Code)
	}
	return b.String()
}

// Unwrap returns the cause of the fault, which is logged and never shown to the caller.
func (f *Fault) Unwrap() error { return f.cause }

// New returns a fault whose detail is formatted as by fmt.Sprintf. The detail must not contain values of the caller.
func New(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Count returns a number with its noun for a detail, such as "1 customer" or "2 customers".
func Count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatInt(n, 10) + " " + noun + "s"
}

// Because returns a fault with a cause, which is logged and never shown to the caller.
func Because(cause error, code Code, format string, args ...any) *Fault {
	f := New(code, format, args...)
	f.cause = cause
	return f
}

// Invalid returns an InvalidRequest fault with the fields, or nil if there are no fields.
func Invalid(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Fault{
		Code:   InvalidRequest,
		Detail: "Some values in the request are not allowed. See errors for details.",
		Fields: fields,
	}
}

// NotInView returns the fault of an object that does not exist or is outside the caller's view. The two must not differ.
func NotInView() *Fault {
	return New(NotFound, "This object does not exist, or you cannot see it.")
}

// Outdated returns the fault of a change to a version of an object that is not the newest.
func Outdated() *Fault {
	return New(VersionMismatch, "This object has changed since you read it. Read it again and retry.")
}

// CodeOf returns the code of the fault in err's chain, or "" if there is none.
func CodeOf(err error) Code {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Code
	}
	return ""
}

// Is reports whether err is a fault with the code.
func Is(err error, code Code) bool { return CodeOf(err) == code }
