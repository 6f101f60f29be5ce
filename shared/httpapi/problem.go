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

// internal is the code of a defect. No domain package may return it, so it is not one of the domain's codes.
const internal fault.Code = "internal"

// meaning is what HTTP makes of a code.
type meaning struct {
	status int
	title  string
}

// meanings is the one table of what can go wrong over HTTP.
var meanings = map[fault.Code]meaning{
	fault.MalformedRequest:     {http.StatusBadRequest, "The request cannot be read"},
	fault.InvalidRequest:       {http.StatusUnprocessableEntity, "The request has values that are not allowed"},
	fault.Unauthenticated:      {http.StatusUnauthorized, "You are not signed in"},
	fault.AccountSuspended:     {http.StatusForbidden, "The account is suspended"},
	fault.Forbidden:            {http.StatusForbidden, "You may not do this"},
	fault.HeldByHigherLevel:    {http.StatusForbidden, "A higher level holds this"},
	fault.NotFound:             {http.StatusNotFound, "There is no such thing"},
	fault.Conflict:             {http.StatusConflict, "The request conflicts with what is there"},
	fault.SecretShownOnce:      {http.StatusConflict, "A secret is shown only once"},
	fault.LoginTaken:           {http.StatusConflict, "The login is taken"},
	fault.Busy:                 {http.StatusConflict, "Another operation holds the account"},
	fault.LimitExceeded:        {http.StatusConflict, "A limit would be exceeded"},
	fault.LinkExpired:          {http.StatusGone, "The link has expired"},
	fault.VersionMismatch:      {http.StatusPreconditionFailed, "It has changed in the meantime"},
	fault.TooLarge:             {http.StatusRequestEntityTooLarge, "The request is too large"},
	fault.UnsupportedMediaType: {http.StatusUnsupportedMediaType, "The media type is not supported"},
	fault.TooManyRequests:      {http.StatusTooManyRequests, "Too many requests"},
	internal:                   {http.StatusInternalServerError, "Something went wrong"},
	fault.Unavailable:          {http.StatusServiceUnavailable, "The service is not available"},
}

// maxErrors limits the fields that a problem lists, so that a small request cannot ask for a huge answer.
const maxErrors = 50

// Problem is the answer to a request that was refused (RFC 9457).
type Problem struct {
	Type      string        `json:"type" format:"uri" doc:"stable name of the kind of problem, made from the code" example:"urn:tenantry:problem:not-found"`
	Title     string        `json:"title" doc:"what kind of problem this is; the same for every problem of the code"`
	Status    int           `json:"status" doc:"the HTTP status"`
	Detail    string        `json:"detail" doc:"what is wrong with this request"`
	Code      string        `json:"code" doc:"stable name of the problem for programs" example:"not-found"`
	RequestID string        `json:"requestId" doc:"names this request in the service's log"`
	Errors    []fault.Field `json:"errors,omitempty" doc:"the parts of the request that are wrong, 50 at most"`

	retryAfter time.Duration
}

// problemOf is what the caller is told of an error. The text of anything but a fault stays inside.
func problemOf(err error, requestID string) *Problem {
	var f *fault.Fault
	if !errors.As(err, &f) || meanings[f.Code].status == 0 {
		f = fault.New(internal, "The service failed to answer this request. Its operators can find out why by the requestId.")
	}
	m, code := meanings[f.Code], f.Code
	if code == fault.MalformedRequest {
		code = fault.InvalidRequest
	}
	p := &Problem{
		// A URN depends on no address of a deployment, so clients may compare it; there is no page behind it.
		Type:  "urn:tenantry:problem:" + string(code),
		Title: m.title, Status: m.status, Detail: f.Detail, Code: string(code), RequestID: requestID,
		Errors: listed(f.Fields), retryAfter: f.RetryAfter,
	}
	if p.Detail == "" {
		p.Detail = m.title + "."
	}
	return p
}

// listed sorts the fields and keeps the first of each pointer.
func listed(fields []fault.Field) []fault.Field {
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	fields = slices.CompactFunc(fields, func(a, b fault.Field) bool { return a.Pointer == b.Pointer })
	return fields[:min(len(fields), maxErrors)]
}

// Error returns the problem's code and detail.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus lets huma answer with the problem.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of a problem document, whatever was asked for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders returns the headers that belong to the problem's status.
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
