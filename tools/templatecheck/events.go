package templatecheck

// checkEvents reports asynchronous event sources that would retry forever or lose failed events.
func checkEvents(template Template, found *report) {
	for _, f := range template.functions() {
		for _, event := range f.events {
			subject := f.ID + "." + event.name
			switch event.kind {
			case "HttpApi":
			case "DynamoDB", "Kinesis":
				checkStreamEvent(event, subject, found)
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

// streamRetention is the time in seconds for which DynamoDB keeps the records of a stream.
const streamRetention = 24 * 60 * 60

// checkStreamEvent checks the settings of a stream. Only the age of a record may end its retries: a number of attempts is
// used up within minutes, by an outage of whatever the function calls. Lambda's default drops the record then.
func checkStreamEvent(event event, subject string, found *report) {
	p := event.properties
	if attempts := at(p, "MaximumRetryAttempts"); attempts != nil && numberAt(p, "MaximumRetryAttempts") != -1 {
		found.add("event", subject, "MaximumRetryAttempts is not -1, so a short outage would lose records")
	}
	switch age := numberAt(p, "MaximumRecordAgeInSeconds"); {
	case age < 0:
		found.add("event", subject, "MaximumRecordAgeInSeconds is unbounded")
	case age < streamRetention:
		found.add("event", subject, "MaximumRecordAgeInSeconds gives up records that the stream still has")
	}
	if at(p, "DestinationConfig", "OnFailure", "Destination") == nil {
		found.add("event", subject, "DestinationConfig.OnFailure has no Destination")
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
	id, _ := attributeOf(event.properties["Queue"])
	redrive := at(template.Resources[id].Properties, "RedrivePolicy")
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
