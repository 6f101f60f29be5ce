package templatecheck

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// permission is one action on one resource, by the names that the log lines of the functions use: `dynamodb:Query` on
// `table` or on `index/customers-by-owner`.
type permission struct{ action, resource string }

func (p permission) String() string { return p.action + " on " + p.resource }

const (
	indexPrefix = "index/"
	executions  = " executions" // follows the name of a state machine
)

// callOf reads one entry of docs/storage-calls.json.
func callOf(text string) permission {
	action, resource, _ := strings.Cut(text, " ")
	return permission{action: action, resource: resource}
}

func sorted[V any](set map[permission]V) []permission {
	return slices.SortedFunc(maps.Keys(set), func(a, b permission) int { return cmp.Compare(a.String(), b.String()) })
}

func statements(role Resource) []any {
	var found []any
	for _, policy := range list(role.Properties["Policies"]) {
		found = append(found, list(at(policy, "PolicyDocument", "Statement"))...)
	}
	return found
}

// permissions returns all pairs that the role allows.
func permissions(template Template, role Resource) map[permission]bool {
	found := map[permission]bool{}
	for _, statement := range statements(role) {
		for _, action := range list(at(statement, "Action")) {
			for _, resource := range list(at(statement, "Resource")) {
				name, ok := action.(string)
				if !ok {
					name = template.nameOf(action)
				}
				found[permission{action: name, resource: template.nameOf(resource)}] = true
			}
		}
	}
	return found
}

// neededBy returns what the function does, each with the reason.
func neededBy(project Project, f function) map[permission]string {
	needed := map[permission]string{}
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		needed[permission{action: action, resource: "log"}] = "every function writes its log"
	}
	for _, call := range project.Calls[f.operation()] {
		needed[callOf(call)] = f.operation() + " was recorded doing it"
	}
	if queue := at(f.Properties, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"); queue != nil {
		needed[permission{action: "sqs:SendMessage", resource: project.Template.nameOf(queue)}] = "EventInvokeConfig hands over what failed"
	}
	for _, event := range f.events {
		need := func(reason, resource string, actions ...string) {
			for _, action := range actions {
				needed[permission{action: action, resource: resource}] = "event " + event.name + " " + reason
			}
		}
		switch event.kind {
		case "DynamoDB":
			need("reads the stream", project.Template.nameOf(event.properties["Stream"]),
				"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
		case "SQS":
			need("reads the queue", project.Template.nameOf(event.properties["Queue"]),
				"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
		}
		if queue := at(event.properties, "DestinationConfig", "OnFailure", "Destination"); queue != nil {
			need("hands over what failed", project.Template.nameOf(queue), "sqs:SendMessage")
		}
	}
	return needed
}

// nameOf gives a resource in a statement its short name: table, stream, index/<name>, log, bus, else its logical id. An
// unknown form is named by its text, which equals no recorded name.
func (t Template) nameOf(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	if text := substitution(value); text != "" {
		return t.nameOfText(text)
	}
	id, attribute := attributeOf(value)
	if id == "" {
		id = refersTo(value)
	}
	switch t.Resources[id].Type {
	case tableType:
		if attribute == "StreamArn" {
			return "stream"
		}
		return "table"
	case logGroupType:
		return "log"
	case "AWS::Events::EventBus":
		return "bus"
	}
	return id
}

var (
	ownArn = regexp.MustCompile(`^arn:\$\{AWS::Partition\}:[a-z0-9-]+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:(.+)$`)
	named  = regexp.MustCompile(`\$\{(\w+)\}`)
)

// nameOfText names a Sub that adds something to one Arn, such as ${Table.Arn}/index/customers-by-owner, and one that spells
// an Arn of this account out, such as that of identity/${MailDomain}, which is called identity/MailDomain.
func (t Template) nameOfText(text string) string {
	if spelt := ownArn.FindStringSubmatch(text); spelt != nil {
		if name := t.machineNamed(spelt[1]); name != "" {
			return name
		}
		return named.ReplaceAllString(spelt[1], "$1")
	}
	reference, rest, ok := strings.Cut(strings.TrimPrefix(text, "${"), ".Arn}")
	if !ok || !strings.HasPrefix(text, "${") || t.Resources[reference].Type == "" {
		return text
	}
	name := t.nameOf(map[string]any{"Fn::GetAtt": []any{reference, "Arn"}})
	if name == "table" && strings.HasPrefix(rest, "/"+indexPrefix) {
		return rest[1:]
	}
	return name + rest
}

// machineNamed names a state machine, or the executions of one, by the end of an Arn that is spelt out, as the role of the
// machine itself must; "" when it is neither.
func (t Template) machineNamed(end string) string {
	for _, resource := range t.ofType(machineType) {
		name := substitution(resource.Properties["Name"])
		switch {
		case name == "":
		case end == "stateMachine:"+name:
			return resource.ID
		case end == "execution:"+name+":*":
			return resource.ID + executions
		}
	}
	return ""
}

// wildcard tells whether the resource stands for more than one. The objects of a bucket and the executions of a state machine
// have no other way.
func wildcard(template Template, resource any) bool {
	text := substitution(resource)
	if plain, ok := resource.(string); ok {
		text = plain
	}
	if reference, ok := strings.CutSuffix(text, ".Arn}/*"); ok {
		bucket := strings.TrimPrefix(reference, "${")
		return template.Resources[bucket].Type != "AWS::S3::Bucket"
	}
	if strings.HasSuffix(template.nameOf(resource), executions) {
		return false
	}
	return strings.ContainsAny(text, "*?")
}
