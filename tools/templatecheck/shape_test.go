package templatecheck

import (
	"fmt"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	check(t, []broken{
		{
			name:     "no time limit",
			template: []edit{{"    Timeout: 10\n", ""}},
			want: []string{
				"settings: CreateCustomerFunction: Timeout is not a number from 1 to 29",
				"settings: GetTestPageFunction: Timeout is not a number from 1 to 29",
				"settings: UnknownRouteFunction: Timeout is not a number from 1 to 29",
			},
		},
		{
			name: "slower than the gateway waits",
			template: []edit{
				{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      Timeout: 30"},
			},
			want: []string{"settings: CreateCustomerFunction: Timeout is not a number from 1 to 29"},
		},
		{
			name: "no memory",
			template: []edit{
				{"    MemorySize: 256\n", ""},
				{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      MemorySize: 256"},
			},
			want: []string{
				"settings: ConsumeStreamFunction: it has no MemorySize",
				"settings: GetTestPageFunction: it has no MemorySize",
				"settings: UnknownRouteFunction: it has no MemorySize",
				"settings: WorkBatchFunction: it has no MemorySize",
			},
		},
		{
			name:    "a hash without its memory",
			hashing: []string{"create-customer", "unknown-route"},
			template: []edit{
				{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      MemorySize: 1769"},
			},
			want: []string{"settings: UnknownRouteFunction: it links the password hash and has no MemorySize of 1769"},
		},
		{
			name: "the memory of a hash without one",
			template: []edit{
				{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      MemorySize: 1769"},
			},
			want: []string{
				"settings: CreateCustomerFunction: it has the MemorySize of the password hash but does not link it",
			},
		},
		{
			name: "a log group that SAM does not know",
			template: []edit{
				{
					"      CodeUri: build/create-customer/",
					"      CodeUri: build/create-customer/\n      LoggingConfig: {LogFormat: JSON}",
				},
			},
			want: []string{"settings: CreateCustomerFunction: LoggingConfig has no LogGroup: !Ref to the shared log group"},
		},
		{
			name: "a log group of its own",
			template: []edit{
				{
					"      CodeUri: build/create-customer/",
					"      CodeUri: build/create-customer/\n      LoggingConfig: {LogGroup: !Ref Other}",
				},
				{"  Failures:", "  Other:\n    Type: AWS::Logs::LogGroup\n    Properties: {RetentionInDays: 1}\n  Failures:"},
			},
			want: []string{"settings: LoggingConfig: the functions write to 2 log groups instead of one"},
		},
		{
			name:     "lines kept for ever",
			template: []edit{{"      RetentionInDays: 30\n", "      LogGroupName: !Sub ${AWS::StackName}\n"}},
			want:     []string{"settings: FunctionLogs: it has no RetentionInDays, so its lines would never expire"},
		},
	})
}

func TestEvents(t *testing.T) {
	const noBucket = "event: ConsumeStreamFunction.Stream: DestinationConfig.OnFailure is no bucket, " +
		"so the records would not be kept"
	otherQueue := edit{"  Bucket:", "  Other:\n    Type: AWS::SQS::Queue\n\n  Bucket:"}
	queue := edit{
		"        Minute:\n          Type: ScheduleV2\n          Properties:\n            Name: !Sub ${AWS::StackName}-minute\n            ScheduleExpression: rate(1 minute)\n",
		"        Queue:\n          Type: SQS\n          Properties:\n            Queue: !GetAtt Failures.Arn\n",
	}
	check(t, []broken{
		{
			name:     "a number of retries",
			template: []edit{{"MaximumRetryAttempts: -1", "MaximumRetryAttempts: 8"}},
			want: []string{
				"event: ConsumeStreamFunction.Stream: MaximumRetryAttempts is not -1, so a short outage would lose records",
			},
		},
		{
			name:     "records without an age",
			template: []edit{{"MaximumRecordAgeInSeconds: 43200", "MaximumRecordAgeInSeconds: -1"}},
			want:     []string{"event: ConsumeStreamFunction.Stream: MaximumRecordAgeInSeconds is not 43200"},
		},
		{
			name:     "records given up when the stream drops them",
			template: []edit{{"MaximumRecordAgeInSeconds: 43200", "MaximumRecordAgeInSeconds: 86400"}},
			want:     []string{"event: ConsumeStreamFunction.Stream: MaximumRecordAgeInSeconds is not 43200"},
		},
		{
			name: "failures lost",
			template: []edit{
				{"            DestinationConfig:\n              OnFailure: {Type: S3, Destination: !GetAtt Bucket.Arn}\n", ""},
			},
			want: []string{noBucket},
		},
		{
			name: "failures in a queue, which keeps their position only",
			template: []edit{
				{"{Type: S3, Destination: !GetAtt Bucket.Arn}", "{Type: SQS, Destination: !GetAtt Other.Arn}"},
				otherQueue,
			},
			want: []string{noBucket},
		},
		{
			name: "two sources with one queue of dead letters",
			template: []edit{
				otherQueue,
				{
					"  Failures:\n    Type: AWS::SQS::Queue\n",
					"  Failures:\n    Type: AWS::SQS::Queue\n\n  Orders:\n    Type: AWS::SQS::Queue\n" +
						"    Properties: {RedrivePolicy: {maxReceiveCount: 3, deadLetterTargetArn: !GetAtt Failures.Arn}}\n",
				},
			},
			want: []string{
				"event: Failures: it gets the dead letters of ConsumeStreamFunction.Minute, Orders; each source needs a queue of its own",
			},
		},
		{
			name: "one record fails its batch",
			template: []edit{
				{
					"            BisectBatchOnFunctionError: true\n            FunctionResponseTypes: [ReportBatchItemFailures]\n",
					"",
				},
			},
			want: []string{
				"event: ConsumeStreamFunction.Stream: BisectBatchOnFunctionError is not on, so one bad record would fail its whole batch",
				"event: ConsumeStreamFunction.Stream: FunctionResponseTypes lacks ReportBatchItemFailures",
			},
		},
		{
			name: "schedule without bounds",
			template: []edit{
				{
					"            RetryPolicy: {MaximumRetryAttempts: 2}\n            DeadLetterConfig: {Arn: !GetAtt Failures.Arn}\n",
					"",
				},
			},
			want: []string{
				"event: ConsumeStreamFunction.Minute: RetryPolicy has no MaximumRetryAttempts",
				"event: ConsumeStreamFunction.Minute: it has no DeadLetterConfig",
			},
		},
		{
			name:     "queue without bounds",
			template: []edit{queue},
			want: []string{
				"event: ConsumeStreamFunction.Queue: FunctionResponseTypes lacks ReportBatchItemFailures",
				"event: ConsumeStreamFunction.Queue: its queue has no RedrivePolicy with maxReceiveCount and deadLetterTargetArn",
			},
		},
		{
			name:     "source that no rule knows",
			template: []edit{{"Type: ScheduleV2", "Type: Cognito"}},
			want: []string{
				`count: ConsumeStreamFunction.Minute: no formula counts what an event "Cognito" becomes; write one`,
				`event: ConsumeStreamFunction.Minute: no rule knows the event source "Cognito"; write one`,
			},
		},
	})
}

func TestTables(t *testing.T) {
	check(t, []broken{
		{
			name:     "provisioned",
			template: []edit{{"BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED"}},
			want:     []string{"table: Table: BillingMode is not PAY_PER_REQUEST"},
		},
		{
			name:     "not recoverable",
			template: []edit{{"PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"}},
			want:     []string{"table: Table: point-in-time recovery is not on"},
		},
		{
			name:     "not protected",
			template: []edit{{"      DeletionProtectionEnabled: !If [IsProtected, true, false]\n", ""}},
			want:     []string{"table: Table: deletion protection is not by the parameter Protection"},
		},
		{
			name:     "protected from the rollback of its creation",
			template: []edit{{"DeletionProtectionEnabled: !If [IsProtected, true, false]", "DeletionProtectionEnabled: true"}},
			want:     []string{"table: Table: deletion protection is not by the parameter Protection"},
		},
		{
			name:     "not protected by default",
			template: []edit{{"    Default: \"on\"\n", "    Default: \"off\"\n"}},
			want:     []string{"table: Table: deletion protection is not by the parameter Protection"},
		},
		{
			name: "kept by the rollback of its creation",
			template: []edit{
				{
					"  Table:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: RetainExceptOnCreate",
					"  Table:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Retain",
				},
			},
			want: []string{"table: Table: DeletionPolicy is not RetainExceptOnCreate"},
		},
		{
			name:     "no stream",
			template: []edit{{"      StreamSpecification:\n        StreamViewType: NEW_AND_OLD_IMAGES\n", ""}},
			want:     []string{"table: Table: it has no stream"},
		},
		{
			name:     "no clean-up",
			template: []edit{{"        Enabled: true", "        Enabled: false"}},
			want:     []string{"table: Table: TTL is not on"},
		},
		{
			name: "deleted with the stack",
			template: []edit{
				{
					"  Table:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: RetainExceptOnCreate\n    UpdateReplacePolicy: Retain\n",
					"  Table:\n    Type: AWS::DynamoDB::Table\n",
				},
			},
			want: []string{
				"table: Table: DeletionPolicy is not RetainExceptOnCreate",
				"table: Table: UpdateReplacePolicy is not Retain",
			},
		},
	})
}

func TestBuckets(t *testing.T) {
	check(t, []broken{
		{
			name:     "a bucket that may become public",
			template: []edit{{", RestrictPublicBuckets: true", ""}},
			want:     []string{"bucket: Bucket: public access is not blocked by RestrictPublicBuckets"},
		},
		{
			name: "a bucket that is deleted with the stack",
			template: []edit{
				{
					"  Bucket:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: RetainExceptOnCreate\n",
					"  Bucket:\n    Type: AWS::S3::Bucket\n",
				},
			},
			want: []string{"bucket: Bucket: DeletionPolicy is not RetainExceptOnCreate"},
		},
	})
	project := parse(t, broken{})
	corsRule := map[string]any{"AllowedMethods": []any{"PUT"}, "AllowedOrigins": []any{map[string]any{"Ref": "PublicUrl"}}}
	backups := project.Template.Resources["Bucket"]
	backups.ID = backupBucket
	for _, rules := range [][]any{nil, {corsRule}, {map[string]any{"AllowedMethods": []any{"PUT"}, "AllowedOrigins": []any{"*"}}}} {
		backups.Properties["CorsConfiguration"] = map[string]any{"CorsRules": rules}
		var found report
		checkBuckets(Template{Resources: map[string]Resource{backupBucket: backups}}, &found)
		isSound := len(rules) == 1 && at(rules[0], "AllowedOrigins") != nil &&
			textAt(list(at(rules[0], "AllowedOrigins"))[0], "Ref") == "PublicUrl"
		if (len(found.findings) == 0) != isSound {
			t.Errorf("with the CORS rules %v: findings %v, want some: %t", rules, found.findings, !isSound)
		}
	}
}

// aws-sam-translator 1.115.0 makes 25 resources of the sound template and 19 of every-kind.yaml.
const (
	soundResources     = 25
	everyKindResources = 19
)

func TestCountOfEveryKind(t *testing.T) {
	template, err := parseTemplate(edited(t, "every-kind.yaml", nil))
	if err != nil {
		t.Fatal(err)
	}
	var found report
	if n := countResources(template, &found); n != everyKindResources || len(found.findings) > 0 {
		t.Errorf("%d resources, findings %v; want %d", n, found.findings, everyKindResources)
	}
}

func TestCount(t *testing.T) {
	fill := func(n int) []edit {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "  Topic%d:\n    Type: AWS::SNS::Topic\n", i)
		}
		return []edit{{"  Bucket:", b.String() + "  Bucket:"}}
	}
	check(t, []broken{
		{name: "as many as allowed", template: fill(MaxResources - soundResources)},
		{
			name:     "one more",
			template: fill(MaxResources - soundResources + 1),
			want:     []string{"count: template.yaml: it makes 451 resources; 450 are allowed"},
		},
		{
			name:     "a kind of resource that no formula knows",
			template: []edit{{"  Bucket:", "  Nested:\n    Type: AWS::Serverless::Application\n  Bucket:"}},
			want:     []string{"count: Nested: no formula counts what AWS::Serverless::Application becomes; write one"},
		},
		{
			name: "a property that no formula knows",
			template: []edit{
				{
					"      CodeUri: build/create-customer/",
					"      CodeUri: build/create-customer/\n      FunctionUrlConfig: {AuthType: NONE}",
				},
			},
			want: []string{"count: CreateCustomerFunction: no formula counts what FunctionUrlConfig adds; write one"},
		},
		{
			name:     "a queue that SAM makes",
			template: []edit{{"DeadLetterConfig: {Arn: !GetAtt Failures.Arn}", "DeadLetterConfig: {Type: SQS}"}},
			want: []string{
				"count: ConsumeStreamFunction.Minute: no formula counts a queue that SAM makes; set the Arn of a queue",
			},
		},
	})
}
