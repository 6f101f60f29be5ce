package task

import (
	"log/slog"
	"time"

	"tenantry/shared/metric"
)

// embedded is the member of a log line that describes its metrics.
const embedded = "_aws"

// metricAttrs returns what makes a log line pass measurements to CloudWatch, in its embedded metric format: the values
// are members of the line, and the member _aws describes them. The metrics have no dimensions: each value of a dimension
// would be billed as another metric. If there is no namespace or nothing was measured, metricAttrs returns nothing.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func metricAttrs(namespace string, now time.Time, measurements []metric.Measurement) []slog.Attr {
	if namespace == "" || len(measurements) == 0 {
		return nil
	}
	type definition struct{ Name, Unit string }
	type directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []definition
	}
	described := directive{Namespace: namespace, Dimensions: [][]string{{}}}
	var values []slog.Attr
	for _, m := range measurements {
		described.Metrics = append(described.Metrics, definition{m.Name, m.Unit})
		values = append(values, slog.Any(m.Name, m.Values))
	}
	header := struct {
		Timestamp         int64
		CloudWatchMetrics []directive
	}{now.UnixMilli(), []directive{described}}
	return append(values, slog.Any(embedded, header)) //nolint:sloglint // CloudWatch gives the key: _aws
}
