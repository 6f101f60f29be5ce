package main

import (
	"strings"

	"tenantry/shared/metric"
	"tenantry/tests/bench/price"
)

// expense is a part of a bill.
type expense struct {
	name    string
	dollars float64
}

// The probe signs in, reads and signs out, every five minutes.
const (
	probesOfMonth = 30 * 24 * 12
	probeMemory   = 128.0 // MB
	probeSeconds  = 2.0
)

var probeOperations = []string{"getHealth", "createSession", "getMe", "getGate", "getMe", "deleteSession"}

// idle returns what a stage costs in a month in which nobody uses it. The template is infra/monitoring.yaml.
func (m model) idle(monitoring string) []expense {
	const million, hours, minutes = 1e6, 30 * 24, 30 * 24 * 60
	sweep := m.million("sweepDue", "").sum()*minutes/million + price.Schedule.Of(minutes)
	sizes := m.million("reshardList", "by the schedule").sum()*hours/million + price.Schedule.Of(hours)
	probe := price.Schedule.Of(probesOfMonth) + price.Invocation.Of(probesOfMonth) +
		price.Duration.Of(probesOfMonth*probeSeconds*probeMemory/1024)
	for _, operation := range probeOperations {
		probe += m.million(operation, "").sum() * probesOfMonth / million
	}
	// Lambda asks the mail queue with five pollers, each of which waits 20 seconds for messages.
	polls := price.Message.Of(5 * 3 * minutes)
	count := func(text string) float64 { return float64(strings.Count(monitoring, text)) }
	simple := count("\n      MetricName: ") // of an alarm without an expression
	// A metric filter has a metric of its own, which costs as those in log lines.
	metrics := float64(len(metric.All())) + count("Type: AWS::Logs::MetricFilter")
	return []expense{
		{"the sweep, every minute", sweep},
		{"the sizes of lists, every hour", sizes},
		{"the probe, every five minutes", probe},
		{"polling the mail queue", polls},
		{"metrics of alarms", price.Alarm.Of(simple + count("MetricStat:"))},
		{"composite alarms", price.Composite.Of(count("Type: AWS::CloudWatch::CompositeAlarm"))},
		{"the dashboard", price.Dashboard.Of(count("Type: AWS::CloudWatch::Dashboard"))},
		{"custom metrics", price.Metric.Of(metrics)},
	}
}
