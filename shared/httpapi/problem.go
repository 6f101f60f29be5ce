package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/shared/fault"
)

// internal is the code of a defect in the service. Package fault does not define it, because no domain package may
// return it.
const internal fault.Code = "internal"

// problemKind is the HTTP status and the title of a code.
type problemKind struct {
	status int
	title  string
}

// problemKinds is the only table of HTTP error statuses.
var problemKinds = map[fault.Code]problemKind{
	fault.MalformedRequest:     {http.StatusBadRequest, "The request cannot be read"},
	fault.InvalidRequest:       {http.StatusUnprocessableEntity, "Some values in the request are not allowed"},
	fault.Unauthenticated:      {http.StatusUnauthorized, "You are not signed in"},
	fault.AccountSuspended:     {http.StatusForbidden, "The account is suspended"},
	fault.Forbidden:            {http.StatusForbidden, "You may not do this"},
	fault.HeldByHigherLevel:    {http.StatusForbidden, "A higher level controls this"},
	fault.NotFound:             {http.StatusNotFound, "Not found"},
	fault.Conflict:             {http.StatusConflict, "The request conflicts with the current state"},
	fault.SecretShownOnce:      {http.StatusConflict, "A secret is shown only once"},
	fault.LoginTaken:           {http.StatusConflict, "The login is already in use"},
	fault.Busy:                 {http.StatusConflict, "Another operation is working on the account"},
	fault.LimitExceeded:        {http.StatusConflict, "A limit would be exceeded"},
	fault.LinkExpired:          {http.StatusGone, "The link has expired"},
	fault.CursorExpired:        {http.StatusGone, "The cursor has expired"},
	fault.VersionMismatch:      {http.StatusPreconditionFailed, "The object has changed in the meantime"},
	fault.TooLarge:             {http.StatusRequestEntityTooLarge, "The request is too large"},
	fault.UnsupportedMediaType: {http.StatusUnsupportedMediaType, "The media type is not supported"},
	fault.TooManyRequests:      {http.StatusTooManyRequests, "Too many requests"},
	internal:                   {http.StatusInternalServerError, "Something went wrong"},
	fault.Unavailable:          {http.StatusServiceUnavailable, "The service is temporarily unavailable"},
}

// maxErrors limits the fields in a problem document, so that a small request cannot cause a huge response.
const maxErrors = 50

// Problem is a problem document (RFC 9457): the response body of every request that fails.
type Problem struct {
	Type      string        `json:"type" format:"uri" doc:"Stable name of the kind of problem, derived from the code." example:"urn:tenantry:problem:not-found"`
	Title     string        `json:"title" doc:"Short description of the kind of problem. The same for all problems with this code."`
	Status    int           `json:"status" doc:"HTTP status."`
	Detail    string        `json:"detail" doc:"What is wrong with this request, and what to do about it."`
	Code      string        `json:"code" doc:"Stable name of the problem, for programs." example:"not-found"`
	RequestID string        `json:"requestId" doc:"Id of this request in the logs of the service."`
	Operation string        `json:"operation,omitempty" doc:"Id of the operation that works on the account. Only with the code busy, and only if it is known."`
	Errors    []fault.Field `json:"errors,omitempty" doc:"The parts of the request that are wrong, at most 50."`

	retryAfter time.Duration
}

// newProblem returns the problem document of an error. An error that is not a known fault becomes the code internal,
// and the document does not show its text.
func newProblem(err error, requestID string) *Problem {
	var f *fault.Fault
	if !errors.As(err, &f) || problemKinds[f.Code].status == 0 {
		f = fault.New(
			internal,
			"The service could not answer this request. Give the requestId to its operators, who can find the cause.",
		)
	}
	kind, code := problemKinds[f.Code], f.Code
	if code == fault.MalformedRequest {
		code = fault.InvalidRequest
	}
	p := &Problem{
		// A URN is the same in every deployment, so clients can compare it. It leads to no page.
		Type:  "urn:tenantry:problem:" + string(code),
		Title: kind.title, Status: kind.status, Detail: f.Detail, Code: string(code), RequestID: requestID,
		Operation: f.Operation, Errors: limitFields(f.Fields), retryAfter: f.RetryAfter,
	}
	if p.Detail == "" {
		p.Detail = kind.title + "."
	}
	return p
}

// limitFields returns at most maxErrors fields, sorted by pointer, one for each pointer.
func limitFields(fields []fault.Field) []fault.Field {
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	fields = slices.CompactFunc(fields, func(a, b fault.Field) bool { return a.Pointer == b.Pointer })
	return fields[:min(len(fields), maxErrors)]
}

// Error returns the problem's code and detail.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus returns the HTTP status. It implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of a problem document. It ignores the type that the caller asked for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders returns the headers that belong to the status of the problem.
func (p *Problem) GetHeaders() http.Header {
	header := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds := int((p.retryAfter + time.Second - 1) / time.Second)
		header.Set("Retry-After", strconv.Itoa(max(seconds, 1)))
	}
	return header
}
