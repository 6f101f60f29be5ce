package kill

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/clock"
	"tenantry/shared/dynamo"
	"tenantry/shared/outbox"
)

// mailWatch collects the mails that the stack sends, because ministack forgets them when it is killed.
type mailWatch struct {
	mu    sync.Mutex
	mails map[string]map[string]time.Time // by address and message id: when the mail was seen first
}

// watchMails collects the sent mails until the test ends.
func (s *stack) watchMails(t *testing.T) *mailWatch {
	t.Helper()
	watch, stop := &mailWatch{mails: map[string]map[string]time.Time{}}, make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			watch.poll(s.Emulator)
			select {
			case <-stop:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
	t.Cleanup(func() {
		close(stop)
		watching.Wait()
	})
	return watch
}

// poll adds the mails that ministack remembers. It does nothing if ministack does not answer.
func (w *mailWatch) poll(emulator string) {
	response, err := httpClient.Get(emulator + "/_ministack/ses/messages")
	if err != nil {
		return
	}
	defer response.Body.Close()
	var sent struct {
		Messages map[string][]struct {
			MessageID string `json:"MessageId"`
			To        []string
		}
	}
	if response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&sent) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, messages := range sent.Messages {
		for _, mail := range messages {
			for _, address := range mail.To {
				w.add(strings.ToLower(address), mail.MessageID)
			}
		}
	}
}

func (w *mailWatch) add(address, id string) {
	if w.mails[address] == nil {
		w.mails[address] = map[string]time.Time{}
	}
	if _, isKnown := w.mails[address][id]; !isKnown {
		w.mails[address][id] = time.Now()
	}
}

// to returns the mails to an address by their ids.
func (w *mailWatch) to(address string) map[string]time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mails[address]
}

// mailPatience is more than a mail waits whose message and lease were lost with several kills: the lease and the pauses
// of the queue and of the sweep follow one another.
const mailPatience = 15 * time.Minute

// wantWelcomeMails checks that the welcome mail of each customer is sent, and not twice within the lease of its mail. A
// mail that was sent right before a kill is recorded in the table, but may not have been seen.
func (s *stack) wantWelcomeMails(t *testing.T, watch *mailWatch, customers []string) {
	t.Helper()
	table := s.table(t)
	var unseen, repeated atomic.Int64
	concurrently(t, len(customers), func(i int) {
		id := customers[i]
		event := s.creation(t, id)
		within(t, mailPatience, "the welcome mail of "+id+" is sent", func() bool {
			owed, err := table.ReadOwed(t.Context(), event)
			return err == nil && owed == nil
		})
		var customer struct{ MailTrouble any }
		s.read(t, "/v1/customers/"+id, &customer)
		mails := watch.to(fmt.Sprintf("bulk-%d@example.com", i))
		switch {
		case customer.MailTrouble != nil:
			t.Errorf("%s shows the mail trouble %v, want its mail sent", id, customer.MailTrouble)
		case len(mails) == 0:
			unseen.Add(1)
		case len(mails) > 1:
			repeated.Add(1)
			wantApart(t, id, mails, outbox.LeaseDuration)
		}
	})
	s.record(t, fmt.Sprintf("welcome mails: %d, of which %d were sent right before a kill and not seen, and %d twice",
		len(customers), unseen.Load(), repeated.Load()))
	if unseen.Load() > int64(len(customers))/4 {
		t.Errorf("%d mails were not seen, want few", unseen.Load())
	}
}

// wantApart checks that there is at least the lease between two mails to an address. The mails were seen up to some
// seconds after they were sent.
func wantApart(t *testing.T, id string, mails map[string]time.Time, lease time.Duration) {
	t.Helper()
	const delay = 10 * time.Second
	for first, firstSeen := range mails {
		for second, secondSeen := range mails {
			if gap := secondSeen.Sub(firstSeen).Abs(); first < second && gap < lease-delay {
				t.Errorf("%s got two mails within %s, want at least %s between them", id, gap, lease)
			}
		}
	}
}

// creation returns the id of the event that created a customer and ordered its welcome mail.
func (s *stack) creation(t *testing.T, customer string) string {
	t.Helper()
	for _, entry := range s.trail(t, customer) {
		if entry.Event == "customer.created" {
			return entry.ID
		}
	}
	t.Fatalf("the trail of %s does not have its creation", customer)
	return ""
}

// table opens the table of the stack.
func (s *stack) table(t *testing.T) *dynamo.Store {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "deployed.json"))
	if err != nil {
		t.Fatal(err)
	}
	var deployed struct{ Outputs struct{ TableName string } }
	if err := json.Unmarshal(text, &deployed); err != nil {
		t.Fatal(err)
	}
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	return dynamo.Open(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	}, deployed.Outputs.TableName, clock.Now)
}
