package templatecheck

import (
	"strings"
	"testing"
)

const (
	putOrUpdate = "- {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:UpdateItem], Resource: !GetAtt Table.Arn}"
	queryIndex  = `- {Effect: Allow, Action: dynamodb:Query, Resource: !Sub "${Table.Arn}/index/customers-by-owner"}`
	denyTable   = `- {Effect: Deny, Action: [dynamodb:PutItem, dynamodb:UpdateItem], Resource: !GetAtt Table.Arn, ` +
		`Condition: {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["PASSWORD#*", "SECRET#*"]}}}`
	putEvents   = "- {Effect: Allow, Action: events:PutEvents, Resource: !GetAtt Bus.Arn}"
	writeLog    = "- {Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt FunctionLogs.Arn}"
	invokeBatch = `- {Effect: Allow, Action: lambda:InvokeFunction, Resource: !Sub "${WorkBatchFunction.Arn}:*"}`
	lookAfter   = `- {Effect: Allow, Action: [states:DescribeExecution, states:StopExecution], Resource: !Sub "arn:${AWS::Partition}:states:` +
		`${AWS::Region}:${AWS::AccountId}:execution:${AWS::StackName}-work:*"}`
)

// TestRoleEditedByHand covers what a hand could allow too much or too little: each difference is one finding.
func TestRoleEditedByHand(t *testing.T) {
	differs := func(role, got, want string) []string {
		quote := func(text string) string { return `"` + escaped(text) + `"` }
		return []string{"role: " + role + ": it has " + quote(got) + " instead of " + quote(want) + "; run make roles"}
	}
	for _, c := range []struct{ name, role, line, edited string }{
		{"one action more", "CreateCustomerRole", putOrUpdate, "- {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem], Resource: !GetAtt Table.Arn}"},
		{"one action less", "CreateCustomerRole", putOrUpdate, "- {Effect: Allow, Action: [dynamodb:PutItem], Resource: !GetAtt Table.Arn}"},
		{"a scan", "CreateCustomerRole", putOrUpdate, "- {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:Scan], Resource: !GetAtt Table.Arn}"},
		{"the table for an index", "CreateCustomerRole", queryIndex, "- {Effect: Allow, Action: dynamodb:Query, Resource: !GetAtt Table.Arn}"},
		{"every index", "CreateCustomerRole", queryIndex, `- {Effect: Allow, Action: dynamodb:Query, Resource: !Sub "${Table.Arn}/index/*"}`},
		{"every action", "ConsumeStreamRole", putEvents, "- {Effect: Allow, Action: events:*, Resource: !GetAtt Bus.Arn}"},
		{"every resource", "ConsumeStreamRole", putEvents, `- {Effect: Allow, Action: events:PutEvents, Resource: "*"}`},
		{"all actions but one", "ConsumeStreamRole", putEvents, "- {Effect: Allow, NotAction: events:PutEvents, Resource: !GetAtt Bus.Arn}"},
		{"one partition less denied", "CreateCustomerRole", denyTable, strings.Replace(denyTable, `, "SECRET#*"`, "", 1)},
		{"one action less denied", "CreateCustomerRole", denyTable, strings.Replace(denyTable, "dynamodb:PutItem, ", "", 1)},
		{"a weaker condition", "CreateCustomerRole", denyTable, strings.Replace(denyTable, "ForAnyValue", "ForAllValues", 1)},
		{"a denial", "ConsumeStreamRole", putEvents, "- {Effect: Deny, Action: events:PutEvents, Resource: !GetAtt Bus.Arn}"},
		{"no log", "CreateCustomerRole", writeLog, "- {Effect: Allow, Action: [logs:CreateLogStream], Resource: !GetAtt FunctionLogs.Arn}"},
		{"log groups", "CreateCustomerRole", writeLog, "- {Effect: Allow, Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt FunctionLogs.Arn}"},
		{
			"another principal", "CreateCustomerRole",
			"Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]",
			`Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: sts:AssumeRole}]`,
		},
		{
			"another principal for a machine", "WorkMachineRole",
			"Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}]",
			"Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]",
		},
		{"another function", "WorkMachineRole", invokeBatch, "- {Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt ConsumeStreamFunction.Arn}"},
		{"executions of all machines", "WorkMachineRole", lookAfter, `- {Effect: Allow, Action: [states:DescribeExecution, states:StopExecution], Resource: "*"}`},
	} {
		check(
			t,
			[]broken{
				{name: c.name, template: []edit{{c.line, c.edited}}, byHand: true, want: differs(c.role, c.edited, c.line)},
			},
		)
	}
	check(t, []broken{
		{
			name: "another name", byHand: true,
			template: []edit{{"  CreateCustomerRole:", "  CustomerRole:"}},
			want: []string{
				"role: CreateCustomerRole: template.yaml lacks it; run make roles",
				"role: CustomerRole: it belongs to no function, state machine or API",
			},
		},
		{
			name:   "a managed policy",
			byHand: true,
			template: []edit{
				{"      Policies:\n", "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n      Policies:\n"},
			},
			want: differs(
				"ApiRole",
				"ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]",
				"Policies:",
			),
		},
		{
			name: "a statement more", byHand: true,
			template: []edit{{denyTable + "\n", denyTable + "\n              " + putEvents + "\n"}},
			want:     differs("CreateCustomerRole", putEvents, ""),
		},
		{
			name: "a statement less", byHand: true,
			template: []edit{{"              " + denyTable + "\n", ""}},
			want:     []string{`role: CreateCustomerRole: it lacks "` + escaped(denyTable) + `"; run make roles`},
		},
	})
}

func TestPermissionBesideRole(t *testing.T) {
	check(t, []broken{
		{
			name: "policies of a function",
			template: []edit{
				{
					"      CodeUri: build/create-customer/",
					"      CodeUri: build/create-customer/\n      Policies: [AmazonDynamoDBFullAccess]",
				},
			},
			want: []string{"role: CreateCustomerFunction: it has Policies beside its role"},
		},
		{
			name: "policies of a machine",
			template: []edit{
				{"      DefinitionSubstitutions:", "      Policies: [LambdaInvokePolicy]\n      DefinitionSubstitutions:"},
			},
			want: []string{"role: WorkMachine: it has Policies beside its role"},
		},
		{
			name:     "policy of its own",
			template: []edit{{"  Bucket:", "  More:\n    Type: AWS::IAM::Policy\n  Bucket:"}},
			want:     []string{"role: More: a permission belongs in the role of its function, not in AWS::IAM::Policy"},
		},
		{
			name:     "role of nobody",
			template: []edit{{"  Bucket:", "  ScheduleRole:\n    Type: AWS::IAM::Role\n  Bucket:"}},
			want:     []string{"role: ScheduleRole: it belongs to no function, state machine or API"},
		},
	})
}

func TestRecords(t *testing.T) {
	check(t, []broken{
		{
			name:  "function that no test ran",
			calls: []edit{{"  \"unknownRoute\": {\"calls\": []},\n", ""}},
			want:  []string{"role: UnknownRouteFunction: no test ran it while storage calls were recorded"},
		},
		{
			name:  "record of no function",
			calls: []edit{{`"consumeStream":`, `"dropTable": {"calls": []}, "consumeStream":`}},
			want:  []string{"role: dropTable: its storage calls are recorded, but no function has this name"},
		},
		{
			name:   "call that was recorded since",
			calls:  []edit{{`"events:PutEvents bus"`, `"events:PutEvents bus", "sqs:SendMessage Failures"`}},
			byHand: true,
			want: []string{
				`role: ConsumeStreamRole: it lacks "- {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failures.Arn}"; run make roles`,
			},
		},
		{
			name:     "index that is gone",
			template: []edit{{"IndexName: customers-by-owner", "IndexName: customers-by-name"}}, byHand: true,
			want: []string{
				`role: CreateCustomerRole: it has "` + escaped(
					queryIndex,
				) + `" instead of "` + escaped(
					denyTable,
				) + `"; run make roles`,
				"role: createCustomer: dynamodb:Query index/customers-by-owner is needed, which no table has",
			},
		},
		{
			name:  "scan",
			calls: []edit{{`"events:PutEvents bus"`, `"events:PutEvents bus", "dynamodb:Scan table"`}},
			want: []string{
				"role: consumeStream: dynamodb:Scan table is needed, which no role allows: it reads past every key",
			},
		},
		{
			name:  "objects of something else than a bucket",
			calls: []edit{{`"events:PutEvents bus"`, `"events:PutEvents bus", "s3:PutObject Failures/*"`}},
			want:  []string{"role: consumeStream: s3:PutObject Failures/* is needed, which template.yaml does not have"},
		},
	})
}
