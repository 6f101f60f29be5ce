package task_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenantry/shared/metric"
	"tenantry/shared/task"
)

// CloudWatch reads the member _aws, and the members that it names.
func TestLogLineHasTheMetrics(t *testing.T) {
	config, log := config("sweepDue")
	config.Namespace = "tenantry-prod"
	config.Now = func() time.Time { return time.UnixMilli(1_700_000_000_123) }
	handle := task.Direct(config, func(ctx context.Context, _ string, _ struct{}) (string, error) {
		metric.Record(ctx, metric.SweepLateness, 12)
		metric.Record(ctx, metric.SweepStuck, 0)
		return "", nil
	})
	if _, err := handle(t.Context(), struct{}{}); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("the log is %s: %v", log, err)
	}
	var want any
	text := `{"Timestamp":1700000000123,"CloudWatchMetrics":[{"Namespace":"tenantry-prod","Dimensions":[[]],"Metrics":[
		{"Name":"SweepLateness","Unit":"Seconds"},{"Name":"SweepStuck","Unit":"Count"}]}]}`
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(line["_aws"], want) {
		t.Errorf("_aws is %v, want %v", line["_aws"], want)
	}
	if !reflect.DeepEqual(line["SweepLateness"], []any{12.0}) || !reflect.DeepEqual(line["SweepStuck"], []any{0.0}) {
		t.Errorf("the values are %v and %v, want [12] and [0]", line["SweepLateness"], line["SweepStuck"])
	}
}

func TestLogLineWithoutNamespaceHasNoMetrics(t *testing.T) {
	config, log := config("sweepDue")
	handle := task.Direct(config, func(ctx context.Context, _ string, _ struct{}) (string, error) {
		metric.Record(ctx, metric.SweepLateness, 12)
		return "", nil
	})
	if _, err := handle(t.Context(), struct{}{}); err != nil || strings.Contains(log.String(), "SweepLateness") {
		t.Errorf("error %v, logged %s; want no metrics", err, log)
	}
}
