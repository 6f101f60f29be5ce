package queue_test

import (
	"crypto/md5" //nolint:gosec // what SQS sends
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/account"
	"tenantry/shared/meter"
	"tenantry/shared/outbox"
	"tenantry/shared/queue"
)

// sqsStub is an SQS that rejects some messages and keeps the others, call by call.
type sqsStub struct {
	rejects []string // the events of rejected messages
	broken  bool
	batches [][]outbox.Message
	url     string
}

func (s *sqsStub) open(t *testing.T) *queue.Queue[outbox.Message] {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var input struct {
			QueueURL string `json:"QueueUrl"`
			Entries  []struct{ ID, MessageBody string }
		}
		if err := json.NewDecoder(request.Body).Decode(&input); err != nil || input.QueueURL != s.url {
			t.Errorf("got the request %+v, %v, want the queue %s", input, err, s.url)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if s.broken {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}`)
			return
		}
		var accepted []outbox.Message
		output := struct{ Successful, Failed []map[string]any }{}
		for _, entry := range input.Entries {
			var message outbox.Message
			if err := json.Unmarshal([]byte(entry.MessageBody), &message); err != nil {
				t.Error(err)
			}
			if slices.Contains(s.rejects, message.Event) {
				output.Failed = append(output.Failed, map[string]any{"Id": entry.ID, "Code": "Busy", "SenderFault": false})
				continue
			}
			accepted = append(accepted, message)
			output.Successful = append(
				output.Successful,
				map[string]any{"Id": entry.ID, "MessageId": "m", "MD5OfMessageBody": md5Of(entry.MessageBody)},
			)
		}
		s.batches = append(s.batches, accepted)
		if err := json.NewEncoder(w).Encode(output); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL + "/000000000000/mail"
	return queue.Open[outbox.Message](aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     &server.URL,
		Credentials:      credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 1,
	}, s.url, "MailQueue")
}

func messages(n int) []outbox.Message {
	all := make([]outbox.Message, n)
	for i := range all {
		all[i] = outbox.Message{Event: fmt.Sprintf("evt_%02d", i), Account: account.ID(fmt.Sprintf("cus_%02d", i))}
	}
	all[0].Account = "" // a forgotten-password request
	return all
}

func TestEnqueue(t *testing.T) {
	var stub sqsStub
	ctx, counted := meter.With(t.Context())
	sent := messages(23)
	accepted, err := stub.open(t).Enqueue(ctx, sent)
	if accepted != 23 || err != nil {
		t.Fatalf("accepted %d, %v; want 23", accepted, err)
	}
	if len(stub.batches) != 3 || !slices.Equal(slices.Concat(stub.batches...), sent) {
		t.Errorf("sent %v, want all messages in 3 calls", stub.batches)
	}
	if calls := counted.Figures().Calls; !slices.Equal(calls, slices.Repeat([]string{"sqs:SendMessage MailQueue"}, 3)) {
		t.Errorf("counted %v, want 3 calls", calls)
	}
}

func TestEnqueueCountsUpToTheFirstRejectedMessage(t *testing.T) {
	for _, c := range []struct {
		rejects  []string
		accepted int
	}{{[]string{"evt_00"}, 0}, {[]string{"evt_03", "evt_01"}, 1}, {[]string{"evt_12"}, 12}, {[]string{"evt_22"}, 22}} {
		stub := sqsStub{rejects: c.rejects}
		accepted, err := stub.open(t).Enqueue(t.Context(), messages(23))
		if accepted != c.accepted || err == nil || !strings.Contains(err.Error(), "Busy") {
			t.Errorf("with %v rejected: accepted %d, %v; want %d and the code", c.rejects, accepted, err, c.accepted)
		}
	}
}

func TestEnqueueFailsIfSQSFails(t *testing.T) {
	stub := sqsStub{broken: true}
	if accepted, err := stub.open(t).Enqueue(t.Context(), messages(2)); accepted != 0 || err == nil {
		t.Errorf("accepted %d, %v; want an error", accepted, err)
	}
}

func TestEnqueueMakesNoCallWithoutMessages(t *testing.T) {
	stub := sqsStub{broken: true}
	if accepted, err := stub.open(t).Enqueue(t.Context(), nil); accepted != 0 || err != nil {
		t.Errorf("accepted %d, %v; want no call", accepted, err)
	}
}

func md5Of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) } //nolint:gosec // what SQS sends
