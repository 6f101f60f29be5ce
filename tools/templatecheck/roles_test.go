package templatecheck

import "testing"

func TestRoleIsExact(t *testing.T) {
	check(t, []broken{
		{
			name:     "unused action",
			template: []edit{{"[dynamodb:PutItem, dynamodb:UpdateItem]", "[dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]"}},
			want:     []string{"role: CreateCustomerRole: it allows dynamodb:DeleteItem on table, which no test made createCustomer do"},
		},
		{
			name:     "missing action",
			template: []edit{{"[dynamodb:PutItem, dynamodb:UpdateItem]", "[dynamodb:PutItem]"}},
			want:     []string{"role: CreateCustomerRole: it lacks dynamodb:UpdateItem on table: createCustomer was recorded doing it"},
		},
		{
			name:     "right action on the wrong resource",
			template: []edit{{"Resource: !Sub '${Table.Arn}/index/customers-by-owner'", "Resource: !GetAtt Table.Arn"}},
			want: []string{
				"role: CreateCustomerRole: it allows dynamodb:Query on table, which no test made createCustomer do",
				"role: CreateCustomerRole: it lacks dynamodb:Query on index/customers-by-owner: createCustomer was recorded doing it",
			},
		},
		{
			name:  "function that no test ran",
			calls: []edit{{"  \"unknownRoute\": [],\n", ""}},
			want:  []string{"role: UnknownRouteFunction: no test ran it while storage calls were recorded"},
		},
		{
			name:  "call that no test made",
			calls: []edit{{`"events:PutEvents bus"`, ""}},
			want:  []string{"role: ConsumeStreamRole: it allows events:PutEvents on bus, which no test made consumeStream do"},
		},
		{
			name:  "recorded for nobody",
			calls: []edit{{`"consumeStream":`, `"dropTable": [], "consumeStream":`}},
			want:  []string{"role: dropTable: its storage calls are recorded, but no function has this name"},
		},
		{
			name:     "recorded index is gone",
			template: []edit{{"IndexName: customers-by-owner", "IndexName: customers-by-name"}},
			want:     []string{"role: createCustomer: it was recorded using the index customers-by-owner, which no table has"},
		},
		{
			name:     "no log",
			template: []edit{{"[logs:CreateLogStream, logs:PutLogEvents]", "[logs:CreateLogStream]"}},
			want:     []string{"role: CreateCustomerRole: it lacks logs:PutLogEvents on log: every function writes its log"},
		},
		{
			name:     "makes log groups",
			template: []edit{{"[logs:CreateLogStream, logs:PutLogEvents]", "[logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]"}},
			want:     []string{"role: CreateCustomerRole: it allows logs:CreateLogGroup on log, which no test made createCustomer do"},
		},
		{
			name:     "Arns that are spelt out",
			template: []edit{{"Resource: !GetAtt Bus.Arn", "Resource: !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailDomain}'"}},
			calls:    []edit{{"events:PutEvents bus", "events:PutEvents identity/MailDomain"}},
		},
		{
			name:     "cannot read its stream",
			template: []edit{{"dynamodb:GetShardIterator, ", ""}},
			want:     []string{"role: ConsumeStreamRole: it lacks dynamodb:GetShardIterator on stream: event Stream reads the stream"},
		},
		{
			name: "cannot hand over what failed for good",
			template: []edit{{
				"      CodeUri: build/get-test-page/",
				"      CodeUri: build/get-test-page/\n      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failures.Arn}}}",
			}},
			want: []string{"role: GetTestPageRole: it lacks sqs:SendMessage on Failures: EventInvokeConfig hands over what failed"},
		},
		{
			name:     "cannot hand over failures",
			template: []edit{{"Action: sqs:SendMessage", "Action: events:PutEvents"}},
			want: []string{
				"role: ConsumeStreamRole: it allows events:PutEvents on Failures, which no test made consumeStream do",
				"role: ConsumeStreamRole: it lacks sqs:SendMessage on Failures: event Stream hands over what failed",
			},
		},
	})
}

func TestRoleIsNarrow(t *testing.T) {
	check(t, []broken{
		{
			name:     "wildcard action",
			template: []edit{{"Action: events:PutEvents", "Action: events:*"}},
			want: []string{
				"role: ConsumeStreamRole: action events:* has a wildcard",
				"role: ConsumeStreamRole: it allows events:* on bus, which no test made consumeStream do",
				"role: ConsumeStreamRole: it lacks events:PutEvents on bus: consumeStream was recorded doing it",
			},
		},
		{
			name:     "wildcard resource",
			template: []edit{{"Resource: !GetAtt Bus.Arn", "Resource: '*'"}},
			want: []string{
				"role: ConsumeStreamRole: resource * has a wildcard",
				"role: ConsumeStreamRole: it allows events:PutEvents on *, which no test made consumeStream do",
				"role: ConsumeStreamRole: it lacks events:PutEvents on bus: consumeStream was recorded doing it",
			},
		},
		{
			name:     "wildcard in a role that is not a function's",
			template: []edit{{"Resource: !Sub '${ConsumeStreamFunction.Arn}'", "Resource: !Sub 'arn:${AWS::Partition}:lambda:*'"}},
			want:     []string{"role: ScheduleRole: resource arn:${AWS::Partition}:lambda:* has a wildcard"},
		},
		{
			name: "every index",
			template: []edit{{
				"Resource: !Sub '${Table.Arn}/index/customers-by-owner'", "Resource: !Sub '${Table.Arn}/index/*'",
			}},
			calls: []edit{{"dynamodb:Query index/customers-by-owner", "dynamodb:PutItem table"}},
			want: []string{
				"role: CreateCustomerRole: it allows dynamodb:Query on index/*, which no test made createCustomer do",
				"role: CreateCustomerRole: resource index/* has a wildcard",
			},
		},
		{
			name:     "scan, even when recorded",
			template: []edit{{"Action: dynamodb:Query", "Action: dynamodb:Scan"}},
			calls:    []edit{{"dynamodb:Query", "dynamodb:Scan"}},
			want: []string{
				"role: CreateCustomerRole: dynamodb:Scan reads past every key",
				"role: createCustomer: it was recorded scanning",
			},
		},
		{
			name:     "managed policy",
			template: []edit{{"      Policies:\n", "      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]\n      Policies:\n"}},
			want:     []string{"role: CreateCustomerRole: ManagedPolicyArns allows more than anybody recorded"},
		},
		{
			name:     "policies on the function",
			template: []edit{{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      Policies: [AmazonDynamoDBFullAccess]"}},
			want:     []string{"role: CreateCustomerFunction: Policies belongs in CreateCustomerRole, where this check reads it"},
		},
		{
			name:     "policy beside the role",
			template: []edit{{"  ScheduleRole:", "  More:\n    Type: AWS::IAM::Policy\n  ScheduleRole:"}},
			want:     []string{"role: More: a permission belongs in the role of its function, not in AWS::IAM::Policy"},
		},
		{
			name:     "all but",
			template: []edit{{"                Action: events:PutEvents\n", "                NotAction: events:PutEvents\n"}},
			want: []string{
				"role: ConsumeStreamRole: a statement says something else than Effect: Allow with Action and Resource",
				"role: ConsumeStreamRole: it lacks events:PutEvents on bus: consumeStream was recorded doing it",
			},
		},
		{
			name:     "others may take it on",
			template: []edit{{"Principal: {Service: lambda.amazonaws.com}", "Principal: {AWS: '*'}"}},
			want:     []string{"role: CreateCustomerRole: AssumeRolePolicyDocument lets others than lambda.amazonaws.com take it on"},
		},
		{
			name:     "role that nothing uses",
			template: []edit{{"            RoleArn: !GetAtt ScheduleRole.Arn\n", ""}},
			want:     []string{"role: ScheduleRole: nothing uses it"},
		},
	})
}

func TestObjectsOfABucketAreNoWildcard(t *testing.T) {
	check(t, []broken{{
		name:     "objects",
		template: []edit{{"Action: events:PutEvents\n                Resource: !GetAtt Bus.Arn", "Action: s3:PutObject\n                Resource: !Sub '${Bucket.Arn}/*'"}},
		calls:    []edit{{"events:PutEvents bus", "s3:PutObject Bucket/*"}},
	}})
}
