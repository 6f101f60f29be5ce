package templatecheck

import (
	"slices"
	"strings"
)

// checkEvents reports asynchronous event sources that would retry forever or lose failed events.
func checkEvents(template Template, found *report) {
	checkDeadLetters(template, found)
	for _, f := range template.functions() {
		for _, event := range f.events {
			subject := f.ID + "." + event.name
			switch event.kind {
			case "HttpApi": // checkRoute reports it
			case "DynamoDB", "Kinesis":
				checkStreamEvent(template, event, subject, found)
			case "SQS":
				checkQueueEvent(template, event, subject, found)
			case "Schedule", "ScheduleV2", "EventBridgeRule":
				checkRetryPolicy(event, subject, found)
			default:
				found.add("event", subject, "no rule knows the event source %q; write one", event.kind)
			}
		}
	}
}

// maxRecordAge is half of the time in seconds for which DynamoDB keeps the records of a stream. The other half remains
// for a destination that is out of order, and for operators.
const maxRecordAge = 12 * 60 * 60

// checkStreamEvent checks the settings of a stream. Only the age of a record may end its retries: a number of attempts is
// used up within minutes, by an outage of whatever the function calls. The destination is a bucket: a queue would get
// the position of the records only, which DynamoDB forgets after a day.
func checkStreamEvent(template Template, event event, subject string, found *report) {
	p := event.properties
	if attempts := at(p, "MaximumRetryAttempts"); attempts != nil && numberAt(p, "MaximumRetryAttempts") != -1 {
		found.add("event", subject, "MaximumRetryAttempts is not -1, so a short outage would lose records")
	}
	if age := numberAt(p, "MaximumRecordAgeInSeconds"); age != maxRecordAge {
		found.add("event", subject, "MaximumRecordAgeInSeconds is not %d", maxRecordAge)
	}
	failures := at(p, "DestinationConfig", "OnFailure")
	if textAt(failures, "Type") != "S3" || !template.isBucket(at(failures, "Destination")) {
		found.add("event", subject, "DestinationConfig.OnFailure is no bucket, so the records would not be kept")
	}
	if !isTrue(p, "BisectBatchOnFunctionError") {
		found.add("event", subject, "BisectBatchOnFunctionError is not on, so one bad record would fail its whole batch")
	}
	if !reportsItems(p) {
		found.add("event", subject, "FunctionResponseTypes lacks ReportBatchItemFailures")
	}
}

// checkQueueEvent checks the settings of a queue. The queue's redrive policy limits the retries.
func checkQueueEvent(template Template, event event, subject string, found *report) {
	id, _ := template.attributeOf(event.properties["Queue"])
	redrive := at(template.resource(id).Properties, "RedrivePolicy")
	if numberAt(redrive, "maxReceiveCount") < 1 || at(redrive, "deadLetterTargetArn") == nil {
		found.add("event", subject, "its queue has no RedrivePolicy with maxReceiveCount and deadLetterTargetArn")
	}
	if !reportsItems(event.properties) {
		found.add("event", subject, "FunctionResponseTypes lacks ReportBatchItemFailures")
	}
}

func checkRetryPolicy(event event, subject string, found *report) {
	if numberAt(event.properties, "RetryPolicy", "MaximumRetryAttempts") < 0 {
		found.add("event", subject, "RetryPolicy has no MaximumRetryAttempts")
	}
	if at(event.properties, "DeadLetterConfig") == nil {
		found.add("event", subject, "it has no DeadLetterConfig")
	}
}

func reportsItems(properties map[string]any) bool {
	for _, kind := range list(properties["FunctionResponseTypes"]) {
		if kind == "ReportBatchItemFailures" {
			return true
		}
	}
	return false
}

// checkDeadLetters reports queues of dead letters with more than one source. The messages of such a queue are of several
// kinds, so nothing can process them all again, and SQS cannot move them back.
func checkDeadLetters(template Template, found *report) {
	sources := map[string][]string{}
	add := func(target any, source string) {
		if id, _ := attributeOf(target); template.Resources[id].Type == queueType {
			sources[id] = append(sources[id], source)
		}
	}
	for _, queue := range template.ofType(queueType) {
		add(at(queue.Properties, "RedrivePolicy", "deadLetterTargetArn"), queue.ID)
	}
	for _, f := range template.functions() {
		add(at(f.Properties, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"), f.ID)
		for _, event := range f.events {
			add(at(event.properties, "DestinationConfig", "OnFailure", "Destination"), f.ID+"."+event.name)
			add(at(event.properties, "DeadLetterConfig", "Arn"), f.ID+"."+event.name)
		}
	}
	for id, all := range sources {
		if len(all) > 1 {
			slices.Sort(all)
			found.add(
				"event",
				id,
				"it gets the dead letters of %s; each source needs a queue of its own",
				strings.Join(all, ", "),
			)
		}
	}
}
