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

// refusing is an SQS that refuses some messages; it keeps the bodies of all others, batch by batch.
type refusing struct {
	events  []string // that it refuses
	broken  bool
	batches [][]outbox.Order
	url     string
}

func (r *refusing) open(t *testing.T) *queue.Queue[outbox.Order] {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var asked struct {
			QueueURL string `json:"QueueUrl"`
			Entries  []struct{ ID, MessageBody string }
		}
		if err := json.NewDecoder(request.Body).Decode(&asked); err != nil || asked.QueueURL != r.url {
			t.Errorf("asked %+v, %v", asked, err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if r.broken {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}`)
			return
		}
		var taken []outbox.Order
		answer := struct{ Successful, Failed []map[string]any }{}
		for _, entry := range asked.Entries {
			var order outbox.Order
			if err := json.Unmarshal([]byte(entry.MessageBody), &order); err != nil {
				t.Error(err)
			}
			if slices.Contains(r.events, order.Event) {
				answer.Failed = append(answer.Failed, map[string]any{"Id": entry.ID, "Code": "Busy", "SenderFault": false})
				continue
			}
			taken = append(taken, order)
			answer.Successful = append(
				answer.Successful,
				map[string]any{"Id": entry.ID, "MessageId": "m", "MD5OfMessageBody": md5Of(entry.MessageBody)},
			)
		}
		r.batches = append(r.batches, taken)
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/000000000000/mail"
	return queue.Open[outbox.Order](aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     &server.URL,
		Credentials:      credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 1,
	}, r.url, "MailQueue")
}

func orders(n int) []outbox.Order {
	all := make([]outbox.Order, n)
	for i := range all {
		all[i] = outbox.Order{Event: fmt.Sprintf("evt_%02d", i), Account: account.ID(fmt.Sprintf("cus_%02d", i))}
	}
	all[0].Account = "" // of a forgotten password
	return all
}

func TestEnqueue(t *testing.T) {
	var to refusing
	ctx, counted := meter.With(t.Context())
	wanted := orders(23)
	done, err := to.open(t).Enqueue(ctx, wanted)
	if done != 23 || err != nil {
		t.Fatalf("got %d, %v", done, err)
	}
	if len(to.batches) != 3 || !slices.Equal(slices.Concat(to.batches...), wanted) {
		t.Errorf("sent %v", to.batches)
	}
	if calls := counted.Figures().Calls; !slices.Equal(calls, slices.Repeat([]string{"sqs:SendMessage MailQueue"}, 3)) {
		t.Errorf("counted %v", calls)
	}
}

func TestWhatIsRefusedIsNotDone(t *testing.T) {
	for _, c := range []struct {
		refused []string
		done    int
	}{{[]string{"evt_00"}, 0}, {[]string{"evt_03", "evt_01"}, 1}, {[]string{"evt_12"}, 12}, {[]string{"evt_22"}, 22}} {
		to := refusing{events: c.refused}
		done, err := to.open(t).Enqueue(t.Context(), orders(23))
		if done != c.done || err == nil || !strings.Contains(err.Error(), "Busy") {
			t.Errorf("with %v refused: got %d, %v", c.refused, done, err)
		}
	}
}

func TestABrokenQueueTakesNothing(t *testing.T) {
	to := refusing{broken: true}
	if done, err := to.open(t).Enqueue(t.Context(), orders(2)); done != 0 || err == nil {
		t.Errorf("got %d, %v", done, err)
	}
}

func TestNoOrdersAreNoCall(t *testing.T) {
	to := refusing{broken: true}
	if done, err := to.open(t).Enqueue(t.Context(), nil); done != 0 || err != nil {
		t.Errorf("got %d, %v", done, err)
	}
}

func md5Of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) } //nolint:gosec // what SQS sends
