package templatecheck

import "strings"

// MaxResources is below CloudFormation's limit of 500, to leave room for growth.
const MaxResources = 450

// checkCount reports a template that has more than MaxResources resources after the SAM transform.
func checkCount(path string, template Template, found *report) {
	if n := countResources(template, found); n > MaxResources {
		found.add("count", path, "it makes %d resources; %d are allowed", n, MaxResources)
	}
}

// countResources counts what the SAM transform makes:
//
//	Function          itself, a role unless it names one, an EventInvokeConfig if it has one, and for each event
//	  DynamoDB, Kinesis, SQS   an event source mapping
//	  ScheduleV2        a schedule, and a role unless it names one
//	  Schedule, EventBridgeRule   a rule and a permission
//	  AutoPublishAlias      a version and the alias
//	  DeploymentPreference  a deployment group; the first also the application and the role of CodeDeploy
//	HttpApi           itself and its stage
//	StateMachine      itself, and a role unless it names one
//	anything else     itself
//
// A resource that the formula does not cover is a finding, so the count is never wrong.
func countResources(template Template, found *report) int {
	total := 0
	for _, resource := range template.Resources {
		switch {
		case resource.Type == "AWS::Serverless::HttpApi":
			total += 2
			refuse(resource, found, "Domain")
		case resource.Type == machineType:
			total += 1 + ownRole(resource.Properties, "Role")
			refuse(resource, found, "Events", "AutoPublishAlias")
		case resource.Type == functionType:
			// counted below, with the defaults of Globals
		case strings.HasPrefix(resource.Type, "AWS::Serverless::"):
			found.add("count", resource.ID, "no formula counts what %s becomes; write one", resource.Type)
		default:
			total++
		}
	}
	preferences := 0
	for _, f := range template.functions() {
		total += countFunction(f, found)
		if f.Properties["DeploymentPreference"] != nil {
			preferences++
		}
	}
	if preferences > 0 {
		total += preferences + 2
	}
	return total
}

func countFunction(f function, found *report) int {
	refuse(f.Resource, found, "FunctionUrlConfig")
	total := 1 + ownRole(f.Properties, "Role")
	if f.Properties["AutoPublishAlias"] != nil {
		total += 2
	}
	if f.Properties["EventInvokeConfig"] != nil {
		total++
	}
	for _, event := range f.events {
		switch event.kind {
		case "HttpApi": // checkRoute reports it
		case "DynamoDB", "Kinesis", "SQS":
			total++
		case "ScheduleV2":
			total += 1 + ownRole(event.properties, "RoleArn")
		case "Schedule", "EventBridgeRule":
			total += 2
		default:
			found.add("count", f.ID+"."+event.name, "no formula counts what an event %q becomes; write one", event.kind)
		}
		if at(event.properties, "DeadLetterConfig", "Type") != nil {
			found.add("count", f.ID+"."+event.name, "no formula counts a queue that SAM makes; set the Arn of a queue")
		}
	}
	return total
}

// ownRole returns 1 if SAM makes a role because the properties name none, else 0.
func ownRole(properties map[string]any, key string) int {
	if properties[key] == nil {
		return 1
	}
	return 0
}

func refuse(resource Resource, found *report, keys ...string) {
	for _, key := range keys {
		if resource.Properties[key] != nil {
			found.add("count", resource.ID, "no formula counts what %s adds; write one", key)
		}
	}
}
