package counts

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the checksum that SQS uses
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tenantry/tests/bench/emulator"
)

// services is the HTTP client of all AWS clients. It sends the requests to DynamoDB to the storage emulator, and
// answers all other requests as the services do that accept everything.
type services struct{ storage *emulator.Wire }

// Do sends a request and returns the response, as http.Client does.
func (s services) Do(request *http.Request) (*http.Response, error) {
	target := request.Header.Get("X-Amz-Target")
	if strings.HasPrefix(target, "DynamoDB_") {
		return s.storage.Do(request)
	}
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	if s.storage.Slow.Load() {
		time.Sleep(emulator.CallLatency)
	}
	status, answer := http.StatusOK, ""
	switch {
	case target == "AWSStepFunctions.StartExecution":
		answer = `{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:machine:name","startDate":946684800}`
	case target == "AWSEvents.PutEvents":
		answer = `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`
	case target == "AmazonSQS.SendMessageBatch":
		answer = acceptedMessages(body)
	case strings.HasPrefix(request.URL.Path, "/v2/email/"):
		answer = `{"MessageId":"0100019360000000-00000000-0000-0000-0000-000000000000-000000"}`
	case request.Method == http.MethodHead: // an object in S3
		status = http.StatusNotFound
	case request.Method == http.MethodGet && request.URL.Query().Has("versions"):
		answer = `<ListVersionsResult></ListVersionsResult>`
	case request.Method == http.MethodDelete:
		status = http.StatusNoContent
	default:
		return nil, fmt.Errorf("no answer to %s %s %s", request.Method, request.URL, target)
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(answer))), Request: request,
	}, nil
}

// acceptedMessages returns the answer of SQS that accepts all messages of a batch.
func acceptedMessages(body []byte) string {
	var batch struct {
		Entries []struct{ ID, MessageBody string }
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		return err.Error()
	}
	type accepted struct {
		ID       string `json:"Id"`
		Message  string `json:"MessageId"`
		Checksum string `json:"MD5OfMessageBody"`
	}
	var answer struct{ Successful, Failed []accepted }
	for _, entry := range batch.Entries {
		sum := md5.Sum([]byte(entry.MessageBody)) //nolint:gosec // the checksum that SQS uses
		answer.Successful = append(answer.Successful, accepted{entry.ID, "1", hex.EncodeToString(sum[:])})
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
