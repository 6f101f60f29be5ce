package templatecheck

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// loadProject returns the project of this checkout.
func loadProject(t *testing.T) Project {
	t.Helper()
	project, err := Load("../..")
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func TestAlarms(t *testing.T) {
	monitoring := func(p Project) Template { return p.Stacks[monitoringStack] }
	for name, c := range map[string]struct {
		change func(p Project)
		want   []string
	}{
		"sound": {change: func(Project) {}},
		"an alarm without a runbook": {
			change: func(p Project) {
				monitoring(p).Resources["MailDelayAlarm"].Properties["AlarmDescription"] = "Mails wait"
			},
			want: []string{"alarm: MailDelayAlarm: AlarmDescription names no runbook, such as docs/runbooks/mail.md"},
		},
		"an alarm of a composite kind without a runbook": {
			change: func(p Project) { delete(monitoring(p).Resources["GateFastBurnAlarm"].Properties, "AlarmDescription") },
			want:   []string{"alarm: GateFastBurnAlarm: AlarmDescription names no runbook, such as docs/runbooks/mail.md"},
		},
		"a runbook that is gone": {
			change: func(p Project) { delete(p.Runbooks, "docs/runbooks/search.md") },
			want:   []string{"alarm: SearchDelayAlarm: there is no docs/runbooks/search.md"},
		},
		"a runbook that does not name its alarm": {
			change: func(p Project) {
				p.Runbooks["docs/runbooks/search.md"] = strings.ReplaceAll(p.Runbooks["docs/runbooks/search.md"], "SearchDelayAlarm", "it")
			},
			want: []string{"alarm: SearchDelayAlarm: docs/runbooks/search.md does not name it"},
		},
		"an alarm that is gone": {
			change: func(p Project) { delete(monitoring(p).Resources, "ApiLatencyAlarm") },
			want:   []string{"alarm: docs/runbooks/requests.md: there is no alarm ApiLatencyAlarm"},
		},
		"an alarm that tells nobody": {
			change: func(p Project) { delete(monitoring(p).Resources["ThrottlesAlarm"].Properties, "AlarmActions") },
			want:   []string{"alarm: ThrottlesAlarm: it has no AlarmActions, and no composite alarm reads it"},
		},
		"a window that no composite alarm reads": {
			change: func(p Project) {
				monitoring(p).Resources["GateSlowBurnAlarm"].Properties["AlarmRule"] = map[string]any{"Fn::Sub": `ALARM("${GateSlowLongWindow}")`}
			},
			want: []string{
				"alarm: GateSlowShortWindow: it has no AlarmActions, and no composite alarm reads it",
				"alarm: GateSlowShortWindow: its name does not end with Alarm",
			},
		},
		"missing data undecided": {
			change: func(p Project) { delete(monitoring(p).Resources["ProbeAlarm"].Properties, "TreatMissingData") },
			want:   []string{"alarm: ProbeAlarm: it has no TreatMissingData"},
		},
		"a queue that nobody watches": {
			change: func(p Project) {
				p.Template.Resources["NewDeadLetters"] = Resource{ID: "NewDeadLetters", Type: queueType}
			},
			want: []string{
				"alarm: NewDeadLetters: no alarm reads ApproximateAgeOfOldestMessage with QueueName: !Ref NewDeadLettersName",
				"alarm: NewDeadLetters: no alarm reads ApproximateNumberOfMessagesVisible with QueueName: !Ref NewDeadLettersName",
				"alarm: NewDeadLetters: template.yaml has no output NewDeadLettersName, by which an alarm could name it",
			},
		},
		"a machine whose timeouts nobody watches": {
			change: func(p Project) {
				metrics := list(monitoring(p).Resources["RemovalsFailedAlarm"].Properties["Metrics"])
				fieldsAt(metrics[2], "MetricStat", "Metric")["MetricName"] = "ExecutionsStarted"
			},
			want: []string{
				"alarm: RemoveCustomersMachine: no alarm reads ExecutionsTimedOut with StateMachineArn: !Ref RemoveCustomersMachineArn",
			},
		},
		"a consumer of the stream that nobody watches": {
			change: func(p Project) {
				delete(fieldsAt(monitoring(p).Resources["StreamDelayAlarm"].Properties), "Dimensions")
			},
			want: []string{"alarm: ConsumeStreamFunction: no alarm reads IteratorAge with FunctionName: !Ref ConsumeStreamFunctionName"},
		},
		"a step of a workflow that nobody watches": {
			change: func(p Project) { delete(p.Template.Outputs, "PlanOperationFunctionName") },
			want: []string{
				"alarm: PlanOperationFunction: template.yaml has no output PlanOperationFunctionName, by which an alarm could name it",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			project := loadProject(t)
			c.change(project)
			var found report
			checkAlarms(project, &found)
			checkWatched(project, &found)
			var got []string
			for _, finding := range found.findings {
				got = append(got, finding.String())
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("findings:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// CloudWatch rejects a dashboard that is not JSON, and shows nothing for metrics that do not exist.
func TestDashboardIsJSON(t *testing.T) {
	project := loadProject(t)
	text := substitution(project.Stacks[monitoringStack].Resources["Dashboard"].Properties["DashboardBody"])
	var body struct {
		Widgets []struct {
			X, Y, Width, Height int
			Properties          map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Widgets) < 15 {
		t.Errorf("the dashboard has %d widgets, want at least 15", len(body.Widgets))
	}
	taken := map[[2]int]bool{}
	for _, w := range body.Widgets {
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if taken[[2]int{x, y}] || x >= 24 {
					t.Fatalf("the widget %v overlaps another one or the edge at %d, %d", w.Properties, x, y)
				}
				taken[[2]int{x, y}] = true
			}
		}
	}
	parameters := slices.Collect(maps.Keys(project.Stacks[monitoringStack].Parameters))
	for _, part := range strings.Split(text, "${")[1:] {
		name, _, _ := strings.Cut(part, "}")
		if name != "AWS::Region" && !slices.Contains(parameters, name) {
			t.Errorf("the dashboard refers to %s, which is no parameter", name)
		}
	}
}
