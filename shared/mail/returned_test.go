package mail_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/mail"
	"tenantry/shared/outbox"
)

func readEvent(t *testing.T, name string, edits ...string) events.EventBridgeEvent {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var event events.EventBridgeEvent
	if err := json.Unmarshal([]byte(strings.NewReplacer(edits...).Replace(string(text))), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func TestReadReturned(t *testing.T) {
	moment := func(seconds, milliseconds int) time.Time {
		return time.Date(2026, time.November, 24, 9, 2, seconds, milliseconds*1e6, time.UTC)
	}
	bounce := outbox.Returned{
		Account: "cus_01J0000000000000000000000A", Email: "recipient@example.com", Kind: "bounce", At: moment(2, 669),
		ID: "12a18625-3cc6-fbba-2024-000000000001",
	}
	complaint := bounce
	complaint.Kind, complaint.At, complaint.ID = "complaint", moment(3, 100), "12a18625-3cc6-fbba-2024-000000000003"
	another := complaint
	another.Email = "another@example.com"
	withoutAccount := bounce
	withoutAccount.Account = ""
	atEventTime := bounce
	atEventTime.At = moment(5, 0)
	for _, c := range []struct {
		name, file string
		edits      []string
		want       []outbox.Returned
	}{
		{"a permanent bounce", "bounce-permanent", nil, []outbox.Returned{bounce}},
		{"a suppressed address", "bounce-permanent", []string{`"General"`, `"OnAccountSuppressionList"`}, []outbox.Returned{bounce}},
		{"a full mailbox", "bounce-transient", nil, nil},
		{"a bounce of unknown kind", "bounce-permanent", []string{`"Permanent"`, `"Undetermined"`}, nil},
		{"a complaint", "complaint", nil, []outbox.Returned{complaint}},
		{"a complaint without a reason", "complaint", []string{`"complaintFeedbackType": "abuse",`, ``}, []outbox.Returned{complaint}},
		{"a report that the mail is not spam", "complaint", []string{`"abuse"`, `"not-spam"`}, nil},
		{"two recipients", "complaint", []string{
			`"destination": [`, `"destination": ["another@example.com",`,
		}, []outbox.Returned{another, complaint}},
		{"a delivery", "delivery", nil, nil},
		{"a mail without the account's tag", "bounce-permanent", []string{`"account": [`, `"other": [`}, []outbox.Returned{withoutAccount}},
		{"an invalid timestamp", "bounce-permanent", []string{`09:02:02.669Z`, `about nine`}, []outbox.Returned{atEventTime}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := mail.ReadReturned(readEvent(t, c.file, c.edits...))
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestReadReturnedRejectsInvalidEvents(t *testing.T) {
	event := readEvent(t, "complaint")
	event.Detail = json.RawMessage(`"recipient@example.com"`)
	got, err := mail.ReadReturned(event)
	if err == nil || got != nil || strings.Contains(err.Error(), "recipient") {
		t.Errorf("got %v, %v, want an error without the address", got, err)
	}
}
