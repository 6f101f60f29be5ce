package owncode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/smithy-go/middleware"
)

// tape records the responses of a table and replays them. It is the HTTP client of the SDK.
type tape struct {
	mu        sync.Mutex
	responses map[string][]response // by the request; the next response to the same request is the first
}

// response is a recorded response of the storage.
type response struct {
	body     []byte
	checksum string // as DynamoDB sends it, so that the SDK verifies it
}

type recordedKey struct{}

// record returns the middleware that answers the SDK's calls. The SDK also encodes each request, which Do then records
// with the response.
func record(answer func(ctx context.Context, input any) ([]byte, error)) func(*middleware.Stack) error {
	handle := func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		body, err := answer(ctx, in.Parameters)
		if err != nil {
			return middleware.InitializeOutput{}, middleware.Metadata{}, err
		}
		return next.HandleInitialize(context.WithValue(ctx, recordedKey{}, body), in)
	}
	recorder := middleware.InitializeMiddlewareFunc("Record", handle)
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(recorder, middleware.After) //nolint:misspell // the SDK's spelling
	}
}

// Do implements aws.HTTPClient.
func (t *tape) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	target := request.Header.Get("X-Amz-Target")
	_, operation, _ := strings.Cut(target, ".")
	names := []string{operation}
	if isRead(operation) {
		names = []string{operation + fingerprint(body), operation}
	}
	if recorded, isRecording := request.Context().Value(recordedKey{}).([]byte); isRecording {
		r := response{recorded, strconv.FormatUint(uint64(crc32.ChecksumIEEE(recorded)), 10)}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.responses[names[0]] = append(t.responses[names[0]], r)
		return r.http(request), nil
	}
	next, err := t.next(names[0])
	if err != nil {
		return nil, err
	}
	return next.http(request), nil
}

// next returns the next response to a request, and moves it to the end of the tape.
func (t *tape) next(name string) (response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	recorded := t.responses[name]
	if len(recorded) == 0 {
		return response{}, fmt.Errorf("no response to %s was recorded", name)
	}
	first := recorded[0]
	if len(recorded) > 1 {
		copy(recorded, recorded[1:])
		recorded[len(recorded)-1] = first
	}
	return first, nil
}

func isRead(operation string) bool {
	return operation == "GetItem" || operation == "BatchGetItem" || operation == "Query"
}

// fingerprint identifies the body of a read. The SDK writes the members of a map in any order, so the fingerprint does
// not depend on the order of the bytes.
func fingerprint(body []byte) string {
	var counts [256]uint32
	for _, b := range body {
		counts[b]++
	}
	sum := uint64(len(body))
	for b, n := range counts {
		sum = sum*31 + uint64(b)*uint64(n)
	}
	return strconv.FormatUint(sum, 36)
}

func (r response) http(request *http.Request) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Request: request, Body: io.NopCloser(bytes.NewReader(r.body)),
		ContentLength: int64(len(r.body)),
		Header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Crc32": {r.checksum}, "X-Amzn-Requestid": {"tape"},
		},
	}
}

var errUnknownCall = errors.New("the tape does not know this call")
