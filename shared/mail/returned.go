package mail

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/account"
	"tenantry/shared/outbox"
)

// report holds the fields of an SES event that ReadReturned uses.
type report struct {
	Mail struct {
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce struct {
		Type      string `json:"bounceType"`
		Timestamp string `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		FeedbackType string `json:"complaintFeedbackType"`
		Timestamp    string `json:"timestamp"`
	} `json:"complaint"`
}

// ReadReturned reads an SES event. It returns one outbox.Returned for each recipient of a mail that bounced permanently
// or that a reader complained about. It returns none for other events.
func ReadReturned(event events.EventBridgeEvent) ([]outbox.Returned, error) {
	var content report
	if err := json.Unmarshal(event.Detail, &content); err != nil {
		return nil, fmt.Errorf("reading an SES event: %w", err)
	}
	returned := outbox.Returned{ID: event.ID, At: event.Time}
	var at string
	switch {
	case event.DetailType == "Email Bounced" && content.Bounce.Type == "Permanent":
		returned.Kind, at = "bounce", content.Bounce.Timestamp
	case event.DetailType == "Email Complaint Received" && content.Complaint.FeedbackType != "not-spam":
		returned.Kind, at = "complaint", content.Complaint.Timestamp
	default:
		return nil, nil
	}
	if moment, err := time.Parse(time.RFC3339, at); err == nil {
		returned.At = moment
	}
	if tags := content.Mail.Tags[accountTag]; len(tags) == 1 {
		returned.Account = account.ID(tags[0])
	}
	// Destination holds the addresses that the service sent the mail to. The recipients in the bounce or complaint may be
	// addresses that the mail was forwarded to.
	all := make([]outbox.Returned, len(content.Mail.Destination))
	for i, address := range content.Mail.Destination {
		all[i] = returned
		all[i].Email = address
	}
	return all, nil
}
