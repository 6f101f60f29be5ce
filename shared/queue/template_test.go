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

// properties are the properties of the template's resources on which mails depend.
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
	Metrics    []struct {
		ID         string
		Expression string
		MetricStat struct {
			Metric struct {
				Dimensions []struct{ Value string }
			}
		}
	}
}

type stack struct {
	Resources map[string]struct {
		Type       string `yaml:"Type"`
		Properties any    `yaml:"Properties"`
	} `yaml:"Resources"`
	Outputs map[string]struct {
		Value any `yaml:"Value"`
	} `yaml:"Outputs"`
}

func readStack(t *testing.T, path string) (read stack) {
	t.Helper()
	source, err := os.ReadFile("../../" + path)
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

// The next attempt starts after the last one must have ended, and the attempts go on for hours without SES.
func TestTheMailQueueOutlastsAnOutage(t *testing.T) {
	read := readStack(t, "template.yaml")
	queue, dead := read.properties(t, "MailQueue"), read.properties(t, "MailDeadLetters")
	pause := time.Duration(queue.VisibilityTimeout) * time.Second
	function := time.Duration(read.properties(t, "SendMailFunction").Timeout) * time.Second
	if function <= 0 || pause < 6*function || outbox.LeaseDuration <= function || pause <= outbox.LeaseDuration {
		t.Errorf(
			"an attempt takes up to %v, its lease %v, and the next attempt starts after %v",
			function,
			outbox.LeaseDuration,
			pause,
		)
	}
	attempts := pause * time.Duration(queue.RedrivePolicy.MaxReceiveCount)
	if attempts < 6*time.Hour || attempts > 18*time.Hour { // forgotten-password requests expire after a day
		t.Errorf("the attempts go on for %v, want 6 to 18 hours", attempts)
	}
	kept := time.Duration(queue.MessageRetentionPeriod) * time.Second
	if kept < attempts+24*time.Hour {
		t.Errorf("a message is kept for %v, want a day more than the attempts, which take %v", kept, attempts)
	}
	if target := queue.RedrivePolicy.DeadLetterTargetArn; target != "MailDeadLetters.Arn" {
		t.Errorf("after the last attempt a message goes to %q, want MailDeadLetters.Arn", target)
	}
	if dead.MessageRetentionPeriod <= queue.MessageRetentionPeriod { // both count from the time of sending
		t.Errorf("dead letters are kept for %d s, want longer than messages", dead.MessageRetentionPeriod)
	}
}

func TestAlarmsAndOutputsCoverTheQueues(t *testing.T) {
	read, monitoring := readStack(t, "template.yaml"), readStack(t, "infra/monitoring.yaml")
	delay := monitoring.properties(t, "MailDelayAlarm")
	if len(delay.Dimensions) != 1 || delay.Dimensions[0].Value != "MailQueueName" ||
		!strings.Contains(strings.ToLower(delay.AlarmDescription), "mail") {
		t.Errorf("MailDelayAlarm has %+v, want the queue MailQueue and mail in its description", delay)
	}
	alarm := monitoring.properties(t, "DeadLettersAlarm")
	watched := map[string]string{} // the queues, by the name of their metric
	for _, metric := range alarm.Metrics {
		for _, dimension := range metric.MetricStat.Metric.Dimensions {
			watched[metric.ID] = strings.TrimSuffix(dimension.Value, "Name")
		}
	}
	queues := 0
	for name, resource := range read.Resources {
		if resource.Type != "AWS::SQS::Queue" {
			continue
		}
		queues++
		if got := read.Outputs[name+"Url"].Value; got != name {
			t.Errorf("the output %sUrl is %q, want %s", name, got, name)
		}
		if got := read.Outputs[name+"Name"].Value; got != name+".QueueName" {
			t.Errorf("the output %sName is %q, want the name of %s", name, got, name)
		}
		isSummed := false
		for id, queue := range watched {
			isSummed = isSummed || queue == name && strings.Contains(alarm.Metrics[0].Expression, id)
		}
		if strings.HasSuffix(name, "DeadLetters") && !isSummed {
			t.Errorf("DeadLettersAlarm does not sum %s: %+v", name, alarm.Metrics)
		}
	}
	if queues != len(watched)+1 {
		t.Errorf("%d queues, of which DeadLettersAlarm watches %d; want all but MailQueue", queues, len(watched))
	}
}
