package templatecheck

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	alarmType     = "AWS::CloudWatch::Alarm"
	compositeType = "AWS::CloudWatch::CompositeAlarm"
)

var (
	runbookPath = regexp.MustCompile(`docs/runbooks/[a-z-]+\.md`)
	alarmName   = regexp.MustCompile(`\b[A-Z][A-Za-z]+Alarm\b`)
)

// checkAlarms reports an alarm that nobody would notice or know what to do about: it has no action, no decision about
// missing data, or no runbook that names it. It also reports runbooks that name alarms that do not exist.
func checkAlarms(project Project, found *report) {
	if _, there := project.Stacks[monitoringStack]; !there {
		return
	}
	known := map[string]bool{}
	for _, template := range append(slices.Collect(maps.Values(project.Stacks)), project.Template) {
		alarms := append(template.ofType(alarmType), template.ofType(compositeType)...)
		windows := windowsOf(alarms)
		for _, alarm := range alarms {
			known[alarm.ID] = true
			if alarm.Type == alarmType && alarm.Properties["TreatMissingData"] == nil {
				found.add("alarm", alarm.ID, "it has no TreatMissingData")
			}
			if windows[alarm.ID] {
				continue
			}
			if alarm.Properties["AlarmActions"] == nil {
				found.add("alarm", alarm.ID, "it has no AlarmActions, and no composite alarm reads it")
			}
			checkRunbook(project, alarm, found)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(project.Runbooks)) {
		for _, name := range alarmName.FindAllString(project.Runbooks[path], -1) {
			if !known[name] {
				found.add("alarm", path, "there is no alarm %s", name)
			}
		}
	}
}

// windowsOf returns the alarms that a composite alarm reads.
func windowsOf(alarms []Resource) map[string]bool {
	windows := map[string]bool{}
	for _, composite := range alarms {
		rule := substitution(composite.Properties["AlarmRule"])
		for _, alarm := range alarms {
			windows[alarm.ID] = windows[alarm.ID] || strings.Contains(rule, "${"+alarm.ID+"}")
		}
	}
	return windows
}

func checkRunbook(project Project, alarm Resource, found *report) {
	path := runbookPath.FindString(textAt(alarm.Properties, "AlarmDescription"))
	text, there := project.Runbooks[path]
	switch {
	case !strings.HasSuffix(alarm.ID, "Alarm"):
		found.add("alarm", alarm.ID, "its name does not end with Alarm")
	case path == "":
		found.add("alarm", alarm.ID, "AlarmDescription names no runbook, such as docs/runbooks/mail.md")
	case !there:
		found.add("alarm", alarm.ID, "there is no %s", path)
	case !slices.Contains(alarmName.FindAllString(text, -1), alarm.ID):
		found.add("alarm", alarm.ID, "%s does not name it", path)
	}
}
