package mail

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/account"
	"tenantry/shared/outbox"
)

// report is what SES tells of a mail by an event, as far as it is of interest.
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

// ReadReturned reads an event of SES: the mails that came back for good, or that their readers complained about. Everything
// else that SES tells comes to none.
func ReadReturned(happened events.EventBridgeEvent) ([]outbox.Returned, error) {
	var told report
	if err := json.Unmarshal(happened.Detail, &told); err != nil {
		return nil, fmt.Errorf("an event of SES cannot be read: %w", err)
	}
	returned := outbox.Returned{ID: happened.ID, At: happened.Time}
	var at string
	switch {
	case happened.DetailType == "Email Bounced" && told.Bounce.Type == "Permanent":
		returned.Kind, at = "bounce", told.Bounce.Timestamp
	case happened.DetailType == "Email Complaint Received" && told.Complaint.FeedbackType != "not-spam":
		returned.Kind, at = "complaint", told.Complaint.Timestamp
	default:
		return nil, nil
	}
	if moment, err := time.Parse(time.RFC3339, at); err == nil {
		returned.At = moment
	}
	if tags := told.Mail.Tags[accountTag]; len(tags) == 1 {
		returned.Account = account.ID(tags[0])
	}
	// Where the mail was sent to; the recipient that a report names may be one that the mail was forwarded to.
	all := make([]outbox.Returned, len(told.Mail.Destination))
	for i, address := range told.Mail.Destination {
		all[i] = returned
		all[i].Email = address
	}
	return all, nil
}
