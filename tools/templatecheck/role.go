package templatecheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	roleType     = "AWS::IAM::Role"
	tableType    = "AWS::DynamoDB::Table"
	logGroupType = "AWS::Logs::LogGroup"
	busType      = "AWS::Events::EventBus"
	bucketType   = "AWS::S3::Bucket"
	queueType    = "AWS::SQS::Queue"

	functionService = "lambda.amazonaws.com"
	machineService  = "states.amazonaws.com"

	indexPrefix = "index/" // precedes the name of an index in docs/storage-calls.json
)

// role is a role that `make roles` writes.
type role struct {
	id         string
	owner      string // the function or the state machine that assumes it
	service    string // the AWS service that assumes it for the owner
	policy     string
	statements []statement
}

// statement allows actions on one resource, or denies them.
type statement struct {
	comment  string
	resource string // an expression of the template, in YAML
	actions  []string
	denied   []string // the partitions of the resource for which the actions are denied; empty if they are allowed
}

// allow adds actions on a resource. A resource has one statement.
func (r *role) allow(resource string, actions ...string) {
	i := slices.IndexFunc(r.statements, func(s statement) bool { return s.resource == resource })
	if i < 0 {
		i = len(r.statements)
		r.statements = append(r.statements, statement{resource: resource})
	}
	r.statements[i].actions = append(r.statements[i].actions, actions...)
}

// roles returns the roles of all functions and state machines, sorted by id. The error lists the calls that no role may
// or can allow. The roles do not contain these calls.
func (p Project) roles() ([]role, error) {
	var all []role
	var problems []error
	for _, f := range p.Template.functions() {
		r, err := p.functionRole(f)
		all, problems = append(all, r), append(problems, err)
	}
	for _, api := range p.Template.ofType(apiType) {
		all = append(all, apiRole(api))
	}
	for _, resource := range p.Template.ofType(machineType) {
		r, err := p.machineRole(resource)
		all, problems = append(all, r), append(problems, err)
	}
	slices.SortFunc(all, func(a, b role) int { return strings.Compare(a.id, b.id) })
	return all, errors.Join(problems...)
}

// functionRole returns the role of a function. It allows writing the log, what the function's events need, the recorded
// calls, and the declared rare calls.
func (p Project) functionRole(f function) (role, error) {
	r := role{id: f.role(), owner: f.ID, service: functionService, policy: "operation"}
	group := refersTo(at(f.Properties, "LoggingConfig", "LogGroup"))
	r.allow(p.Template.arnOf(group), "logs:CreateLogStream", "logs:PutLogEvents")
	r.allowFailures(p.Template, f.Properties["EventInvokeConfig"])
	for _, name := range slices.Sorted(maps.Keys(f.events)) {
		event := f.events[name]
		switch event.kind {
		case "DynamoDB":
			r.allow(expression(event.properties["Stream"]),
				"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
		case "SQS":
			r.allow(expression(event.properties["Queue"]), "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
		}
		r.allowFailures(p.Template, event.properties)
	}
	var problems []error
	for _, call := range slices.Concat(p.Calls[f.operation()], p.Rare[f.operation()]) {
		action, name, _ := strings.Cut(call, " ")
		if isProtected(name) {
			continue // the call is recorded with the whole table too
		}
		resource, err := p.Template.resourceOf(action, name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %s is needed, %w", f.operation(), call, err))
			continue
		}
		r.allow(resource, action)
	}
	r.statements = append(r.statements, p.denials(f, &r)...)
	return r, errors.Join(problems...)
}

// allowFailures allows sending failed events to the queue or the bucket that the settings name. Lambda sends them with
// the role of the function.
func (r *role) allowFailures(template Template, settings any) {
	destination := at(settings, "DestinationConfig", "OnFailure", "Destination")
	switch {
	case destination == nil:
	case template.isBucket(destination):
		r.allow(expression(destination), "s3:ListBucket")
		id, _ := template.attributeOf(destination)
		r.allow(template.objectsOf(id), "s3:PutObject")
	default:
		r.allow(expression(destination), "sqs:SendMessage")
	}
}

// isBucket reports whether an expression is the ARN of a bucket.
func (t Template) isBucket(arn any) bool {
	id, attribute := t.attributeOf(arn)
	return attribute == "Arn" && t.resource(id).Type == bucketType
}

// objectsOf returns the expression for all objects of a bucket.
func (t Template) objectsOf(bucket string) string { return t.below(bucket, "*") }

// below returns the expression for a part of a resource.
func (t Template) below(id, part string) string {
	if _, isOwn := t.Resources[id]; isOwn {
		return fmt.Sprintf(`!Sub "${%s.Arn}/%s"`, id, part)
	}
	return fmt.Sprintf(`!Sub "${%sArn}/%s"`, id, part)
}

// logDelivery are the actions that a state machine needs to log. They set up the delivery; no line passes through them.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
var logDelivery = []string{
	"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
	"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
}

// machineRole returns the role of a state machine. It allows invoking the machine's functions. A Distributed Map runs
// its batches as executions of the same machine. The role contains the ARN of the machine in full, because the machine
// refers to the role and CloudFormation forbids a cycle.
func (p Project) machineRole(resource Resource) (role, error) {
	m := p.machine(resource, &report{})
	r := role{id: m.role(), owner: m.ID, service: machineService, policy: "machine"}
	for _, name := range slices.Sorted(maps.Keys(m.function)) {
		r.allow(fmt.Sprintf(`!Sub "${%s.Arn}:*"`, m.function[name]), "lambda:InvokeFunction") // all versions
	}
	if m.Properties["Logging"] != nil {
		r.statements = append(r.statements, statement{
			comment:  "the log of errors; AWS defines these actions for all resources only",
			resource: `"*"`, actions: logDelivery,
		})
	}
	if !m.definition.distributed() {
		return r, nil
	}
	name := substitution(m.Properties["Name"])
	if name == "" {
		return r, fmt.Errorf("%s: its Name is no !Sub, so its role cannot contain its ARN", m.ID)
	}
	r.statements = append(r.statements, statement{
		comment:  "a Distributed Map runs its batches as executions of the same machine",
		resource: fullARN("states", "stateMachine:"+name),
		actions:  []string{"states:StartExecution"},
	})
	r.allow(fullARN("states", "execution:"+name+":*"), describeExecution, "states:StopExecution")
	return r, nil
}

// resourceOf returns the expression for a resource in docs/storage-calls.json. The resource is table, index/<name>,
// bus, the logical id of a queue, a bucket or a state machine, <bucket>/* for the objects of a bucket, or
// <kind>/<logical id> for an identity or a configuration set of SES.
func (t Template) resourceOf(action, name string) (string, error) {
	if action == "dynamodb:Scan" || strings.HasPrefix(action, "dynamodb:PartiQL") {
		return "", errors.New("which no role allows: it reads past every key")
	}
	if index, isIndex := strings.CutPrefix(name, indexPrefix); isIndex {
		for _, table := range t.allOfType(tableType) {
			if indexes(table)[index] {
				return t.below(table.ID, name), nil
			}
		}
		return "", errors.New("which no table has")
	}
	shared := map[string]string{"table": tableType, "bus": busType}
	if found := t.allOfType(shared[name]); len(found) == 1 {
		return t.arnOf(found[0].ID), nil
	}
	if bucket, ok := strings.CutSuffix(name, "/*"); ok && t.resource(bucket).Type == bucketType {
		return t.objectsOf(bucket), nil
	}
	if kind, id, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(action, "ses:") && t.has(id) {
		return fullARN("ses", kind+"/${"+id+"}"), nil
	}
	switch t.resource(name).Type {
	case machineType:
		if action == describeExecution {
			return t.executionsOf(name)
		}
		return "!Ref " + name, nil
	case queueType, bucketType:
		return t.arnOf(name), nil
	}
	return "", errors.New("which template.yaml does not have")
}

// executionsOf returns the expression for all executions of a state machine.
func (t Template) executionsOf(machine string) (string, error) {
	name := substitution(t.Resources[machine].Properties["Name"])
	if name == "" {
		return "", errors.New("whose machine has no Name with !Sub")
	}
	return fullARN("states", "execution:"+name+":*"), nil
}

func (t Template) has(id string) bool {
	return t.Resources[id].Type != "" || t.Parameters[id] != nil
}

// arnOf returns the expression for the ARN of a resource. Of a shared resource, a parameter has it.
func (t Template) arnOf(id string) string {
	if _, isOwn := t.Resources[id]; !isOwn && t.Parameters[id+"Arn"] != nil {
		return "!Ref " + id + "Arn"
	}
	return "!GetAtt " + id + ".Arn"
}

// fullARN returns the ARN of a resource in this account and region. Use it if the resource has no attribute with its
// ARN.
func fullARN(service, resource string) string {
	return `!Sub "arn:${AWS::Partition}:` + service + `:${AWS::Region}:${AWS::AccountId}:` + resource + `"`
}

// expression returns a Ref or a GetAtt in YAML.
func expression(value any) string {
	if id, attribute := attributeOf(value); id != "" {
		return "!GetAtt " + id + "." + attribute
	}
	return "!Ref " + refersTo(value)
}
