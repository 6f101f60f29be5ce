package queue_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"tenantry/shared/outbox"
)

// properties are those of the template's resources that mails depend on.
type properties struct {
	AlarmDescription       string
	Timeout                int
	VisibilityTimeout      int
	MessageRetentionPeriod int
	RedrivePolicy          struct {
		DeadLetterTargetArn string
		MaxReceiveCount     int
	}
	Dimensions []struct{ Value string }
}

type stack struct {
	Resources map[string]struct {
		Properties any `yaml:"Properties"`
	} `yaml:"Resources"`
	Outputs map[string]struct {
		Value any `yaml:"Value"`
	} `yaml:"Outputs"`
}

func readStack(t *testing.T) (read stack) {
	t.Helper()
	source, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(source, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func (s stack) properties(t *testing.T, resource string) (read properties) {
	t.Helper()
	text, err := json.Marshal(s.Resources[resource].Properties)
	if err = errors.Join(err, json.Unmarshal(text, &read)); err != nil {
		t.Fatal(err)
	}
	return read
}

// A try must not begin while another one may be at it, and a mail outlasts hours without the post.
func TestTheQueueOutlastsAnOutage(t *testing.T) {
	read := readStack(t)
	queue, dead := read.properties(t, "MailQueue"), read.properties(t, "DeadLetters")
	pause := time.Duration(queue.VisibilityTimeout) * time.Second
	function := time.Duration(read.properties(t, "SendMailFunction").Timeout) * time.Second
	if function <= 0 || pause < 6*function || outbox.Lease <= function || pause <= outbox.Lease {
		t.Errorf("a try takes %v, a lease %v, and the next try comes after %v", function, outbox.Lease, pause)
	}
	tried := pause * time.Duration(queue.RedrivePolicy.MaxReceiveCount)
	if tried < 6*time.Hour || tried > 18*time.Hour { // requests of forgotten passwords are kept for a day
		t.Errorf("a mail is tried for %v", tried)
	}
	if kept := time.Duration(
		queue.MessageRetentionPeriod,
	) * time.Second; kept < tried+24*time.Hour ||
		queue.RedrivePolicy.DeadLetterTargetArn != "DeadLetters.Arn" {
		t.Errorf("a mail is kept for %v, then in %q", kept, queue.RedrivePolicy.DeadLetterTargetArn)
	}
	if dead.MessageRetentionPeriod <= queue.MessageRetentionPeriod { // counted from when it was first sent
		t.Errorf("dead letters are kept for %d s", dead.MessageRetentionPeriod)
	}
}

func TestOperatorsLearnOfMailsThatAreNotSent(t *testing.T) {
	read := readStack(t)
	for alarm, queue := range map[string]string{"DeadLettersAlarm": "DeadLetters", "MailDelayAlarm": "MailQueue"} {
		p := read.properties(t, alarm)
		if len(p.Dimensions) != 1 || p.Dimensions[0].Value != queue+".QueueName" ||
			!strings.Contains(strings.ToLower(p.AlarmDescription), "mails") {
			t.Errorf("%s: %+v", alarm, p)
		}
	}
	for output, queue := range map[string]string{"DeadLettersUrl": "DeadLetters", "MailQueueUrl": "MailQueue"} {
		if got := read.Outputs[output].Value; got != queue {
			t.Errorf("%s: %q", output, got)
		}
	}
}
