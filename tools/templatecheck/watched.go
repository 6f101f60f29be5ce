package templatecheck

import (
	"slices"
	"strings"
)

// watched are the metrics of a resource of the application that alarms must read, and the dimension by which they name
// the resource.
type watched struct {
	dimension string
	output    string // of the application, with the value of the dimension
	metrics   []string
}

// checkWatched reports queues, state machines and functions without an alarm on what can go wrong with them. Functions
// with a route are watched by the failures of the API. Functions that operators invoke by hand are not watched.
func checkWatched(project Project, found *report) {
	monitoring, there := project.Stacks[monitoringStack]
	if !there {
		return
	}
	read := metricsOfAlarms(monitoring)
	for id, want := range watchedResources(project.Template) {
		for _, metric := range want.metrics {
			if !read[key(metric, want.dimension, want.output)] {
				found.add("alarm", id, "no alarm reads %s with %s: !Ref %s", metric, want.dimension, want.output)
			}
		}
		if project.Template.Outputs[want.output] == nil {
			found.add("alarm", id, "template.yaml has no output %s, by which an alarm could name it", want.output)
		}
	}
	if !read[key("5xx", "ApiId", "ApiId")] {
		found.add("alarm", "Api", "no alarm reads 5xx")
	}
}

func watchedResources(template Template) map[string]watched {
	resources := map[string]watched{}
	for _, queue := range template.ofType(queueType) {
		metrics := []string{"ApproximateAgeOfOldestMessage"}
		if strings.HasSuffix(queue.ID, "DeadLetters") {
			metrics = append(metrics, "ApproximateNumberOfMessagesVisible")
		}
		resources[queue.ID] = watched{"QueueName", queue.ID + "Name", metrics}
	}
	for _, machine := range template.ofType(machineType) {
		metrics := []string{"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
		resources[machine.ID] = watched{"StateMachineArn", machine.ID + "Arn", metrics}
	}
	for _, f := range template.functions() {
		isStep := f.Properties["AutoPublishAlias"] != nil && len(f.routes()) == 0
		if len(f.events) == 0 && !isStep {
			continue
		}
		metrics := []string{"Errors"}
		for _, event := range f.events {
			if event.kind == "DynamoDB" && !slices.Contains(metrics, "IteratorAge") {
				metrics = append(metrics, "IteratorAge")
			}
		}
		resources[f.ID] = watched{"FunctionName", f.ID + "Name", metrics}
	}
	return resources
}

// key returns the key of a metric with a dimension whose value is a parameter.
func key(metric, dimension, parameter string) string {
	return metric + " " + dimension + " " + parameter
}

// metricsOfAlarms returns the keys of the metrics that the alarms of a template read.
func metricsOfAlarms(template Template) map[string]bool {
	read := map[string]bool{}
	for _, alarm := range template.ofType(alarmType) {
		metrics := []any{any(alarm.Properties)}
		for _, entry := range list(alarm.Properties["Metrics"]) {
			metrics = append(metrics, at(entry, "MetricStat", "Metric"))
		}
		for _, metric := range metrics {
			for _, dimension := range list(at(metric, "Dimensions")) {
				parameter := refersTo(at(dimension, "Value"))
				read[key(textAt(metric, "MetricName"), textAt(dimension, "Name"), parameter)] = true
			}
		}
	}
	return read
}
