package templatecheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// escaped returns the text as %q writes it, without the quotation marks.
func escaped(text string) string {
	quoted := fmt.Sprintf("%q", text)
	return quoted[1 : len(quoted)-1]
}

// written returns what WriteRoles makes of the sound project with the edits.
func written(t *testing.T, c broken) string {
	t.Helper()
	c.byHand = true
	text, err := WriteRoles(parse(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// statementsOf returns the statements of a role in the text of a template.
func statementsOf(t *testing.T, text, id string) []string {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	place, there := blocks(lines)[id]
	if !there {
		t.Fatalf("no role %s", id)
	}
	var found []string
	for _, line := range lines[place.start:place.end] {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "- {") {
			found = append(found, line)
		}
	}
	return found
}

var anyRole = regexp.MustCompile(`(?m)^  (\w+Role):\n(?:   .*\n)+`)

func TestWriteRolesKeepsAllElse(t *testing.T) {
	sound := string(edited(t, "template.yaml", nil))
	odd := "  # a comment,   with spaces \n\n\n  Odd: {Type: 'AWS::SNS::Topic'}\n  # the last comment\n\n  UnknownRouteFunction:"
	for _, c := range []struct{ name, template, want string }{
		{"sound template", sound, sound},
		{"roles in ruins", anyRole.ReplaceAllString(sound, "  $1:\n    Type: AWS::IAM::Role\n    # a comment inside\n"), sound},
		{"no roles", strings.TrimSuffix(strings.ReplaceAll(anyRole.ReplaceAllString(sound, ""), "\n\n\n", "\n\n"), "\n"), sound},
		{
			"other resources", strings.Replace(sound, "  UnknownRouteFunction:", odd, 1),
			strings.Replace(sound, "  UnknownRouteFunction:", odd, 1),
		},
		{"another section", sound + "\nOutputs:\n  WorkBatchRole:\n    Value: none\n", sound + "\nOutputs:\n  WorkBatchRole:\n    Value: none\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := written(t, broken{template: []edit{{sound, c.template}}}); got != c.want {
				t.Errorf("wrote\n%s\nexpected\n%s", got, c.want)
			}
		})
	}
}

func TestWriteRolesInsertsBehindOwner(t *testing.T) {
	got := written(t, broken{template: []edit{{"  UnknownRouteRole:", "  FormerRole:"}}})
	want := "      Role: !GetAtt UnknownRouteRole.Arn\n\n  UnknownRouteRole:\n    Type: AWS::IAM::Role\n"
	if !strings.Contains(got, want) || !strings.Contains(got, "  FormerRole:") {
		t.Errorf("wrote\n%s\nexpected it to contain\n%s", got, want)
	}
}

// TestStatements covers each source of a permission.
func TestStatements(t *testing.T) {
	const queue = "      Events:\n        Orders:\n          Type: SQS\n          Properties: {Queue: !GetAtt Failures.Arn}\n"
	const failures = "      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failures.Arn}}}\n"
	ses := `Resource: !Sub "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:`
	for _, c := range []struct {
		name, properties, calls string
		want                    []string // besides writing the log
	}{
		{"no calls", "", ``, nil},
		{"several actions on the table, sorted", "", `"dynamodb:UpdateItem table", "dynamodb:GetItem table"`, []string{
			"- {Effect: Allow, Action: [dynamodb:GetItem, dynamodb:UpdateItem], Resource: !GetAtt Table.Arn}",
			denial("[dynamodb:GetItem, dynamodb:UpdateItem]", "PASSWORD#*", "SECRET#*"),
		}},
		{"passwords, of which one action needs none", "", `"dynamodb:BatchGetItem table", "dynamodb:BatchGetItem table/PASSWORD#*", "dynamodb:PutItem table"`, []string{
			"- {Effect: Allow, Action: [dynamodb:BatchGetItem, dynamodb:PutItem], Resource: !GetAtt Table.Arn}",
			denial("dynamodb:PutItem", "PASSWORD#*"),
			denial("[dynamodb:BatchGetItem, dynamodb:PutItem]", "SECRET#*"),
		}},
		{"all that is protected", "", `"dynamodb:GetItem table", "dynamodb:GetItem table/PASSWORD#*", "dynamodb:GetItem table/SECRET#*"`, []string{
			"- {Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}",
		}},
		{"the table and an index", "", `"dynamodb:Query index/customers-by-owner", "dynamodb:Query table"`, []string{
			queryIndex, "- {Effect: Allow, Action: dynamodb:Query, Resource: !GetAtt Table.Arn}",
			denial("dynamodb:Query", "PASSWORD#*", "SECRET#*"),
		}},
		{"the bus", "", `"events:PutEvents bus"`, []string{putEvents}},
		{"a queue", "", `"sqs:SendMessage Failures"`, []string{"- {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failures.Arn}"}},
		{"a state machine", "", `"states:StartExecution WorkMachine"`, []string{
			"- {Effect: Allow, Action: states:StartExecution, Resource: !Ref WorkMachine}",
		}},
		{"a bucket and its objects", "", `"s3:ListBucket Bucket", "s3:GetObject Bucket/*"`, []string{
			"- {Effect: Allow, Action: s3:ListBucket, Resource: !GetAtt Bucket.Arn}",
			`- {Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Bucket.Arn}/*"}`,
		}},
		{"a mail identity, which a parameter names", "", `"ses:SendEmail identity/MailDomain"`, []string{
			"- {Effect: Allow, Action: ses:SendEmail, " + ses + `identity/${MailDomain}"}`,
		}},
		{"the queue it reads", queue, ``, []string{
			"- {Effect: Allow, Action: [sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage], Resource: !GetAtt Failures.Arn}",
		}},
		{"where failed invocations go", failures, ``, []string{"- {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failures.Arn}"}},
		{"one queue for two reasons", failures, `"sqs:SendMessage Failures"`, []string{
			"- {Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Failures.Arn}",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := written(t, broken{
				template: []edit{{"      CodeUri: build/work-batch/\n", "      CodeUri: build/work-batch/\n" + c.properties}},
				calls:    []edit{{`"workBatch": {"calls": []}`, `"workBatch": {"calls": [` + c.calls + `]}`}},
			})
			got, want := statementsOf(t, text, "WorkBatchRole"), append([]string{writeLog}, c.want...)
			if !slices.Equal(got, want) {
				t.Errorf("statements:\n  %s\nexpected:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

// denial returns the statement that denies actions on partitions of the table.
func denial(actions string, partitions ...string) string {
	return `- {Effect: Deny, Action: ` + actions + `, Resource: !GetAtt Table.Arn, Condition: ` +
		`{"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["` + strings.Join(partitions, `", "`) + `"]}}}`
}

// A test run may not send a key to every operation that accepts one, so the API document says who reads the secret.
func TestKeyedOperationReadsSecret(t *testing.T) {
	c := broken{
		document: []edit{{"      operationId: createCustomer\n", "      operationId: createCustomer\n" +
			"      parameters: [{in: header, name: Idempotency-Key}]\n"}},
		calls: []edit{{`"dynamodb:PutItem table"`, `"dynamodb:PutItem table", "dynamodb:BatchGetItem table"`}},
	}
	got := statementsOf(t, written(t, c), "CreateCustomerRole")
	want := []string{
		denial("[dynamodb:BatchGetItem, dynamodb:PutItem, dynamodb:UpdateItem]", "PASSWORD#*"),
		denial("[dynamodb:PutItem, dynamodb:UpdateItem]", "SECRET#*"),
	}
	if len(got) < 2 || !slices.Equal(got[len(got)-2:], want) {
		t.Errorf("statements:\n  %s\nexpected at the end:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// Without a second page in the tests, the role of a list denies the key of its cursors.
func TestPagedOperationNeedsCursorKey(t *testing.T) {
	paged := []edit{{"      operationId: createCustomer\n", "      operationId: createCustomer\n" +
		"      parameters: [{in: query, name: cursor}]\n"}}
	put, get := `"dynamodb:PutItem table"`, `"dynamodb:GetItem table", "dynamodb:GetItem table/SECRET#*"`
	recorded := []edit{{put, put + ", " + get}}
	check(t, []broken{
		{name: "no second page", document: paged, want: []string{
			"role: CreateCustomerFunction: no test read a second page of it while storage calls were recorded",
		}},
		{name: "a second page", document: paged, calls: recorded},
	})
}

func TestStatementsOfMachine(t *testing.T) {
	start := `- {Effect: Allow, Action: states:StartExecution, Resource: !Sub "arn:${AWS::Partition}:states:${AWS::Region}:` +
		`${AWS::AccountId}:stateMachine:${AWS::StackName}-work"}`
	check := func(c broken, want ...string) {
		t.Helper()
		if got := statementsOf(t, written(t, c), "WorkMachineRole"); !slices.Equal(got, want) {
			t.Errorf("statements:\n  %s\nexpected:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
	log := "- {Effect: Allow, Action: [" + strings.Join(logDelivery, ", ") + `], Resource: "*"}`
	check(broken{}, invokeBatch, log, start, lookAfter)
	check(broken{states: []edit{{`"DISTRIBUTED"`, `"INLINE"`}}}, invokeBatch, log)
	silent := []edit{{"      Logging: {Level: ERROR, IncludeExecutionData: false}\n", ""}}
	check(broken{template: silent}, invokeBatch, start, lookAfter)

	nameless := parse(t, broken{template: []edit{{"      Name: !Sub ${AWS::StackName}-work\n", ""}}, byHand: true})
	_, err := WriteRoles(nameless)
	if err == nil || err.Error() != "WorkMachine: its Name is no !Sub, so its role cannot contain its ARN" {
		t.Errorf("without a name: %v", err)
	}
}

func TestWriteRolesRefusesUnknownResource(t *testing.T) {
	for _, call := range []string{
		"dynamodb:Query index/nowhere", "dynamodb:Scan table", "dynamodb:GetItem table/LOGIN#*", "dynamodb:PartiQLSelect table", "s3:PutObject Nowhere/*", "sqs:SendMessage Nowhere",
		"ses:SendEmail identity/Nowhere", "events:PutEvents UnknownRouteFunction", "events:PutEvents *",
	} {
		project := parse(
			t,
			broken{calls: []edit{{`"workBatch": {"calls": []}`, `"workBatch": {"calls": ["` + call + `"]}`}}, byHand: true},
		)
		if text, err := WriteRoles(project); err == nil || text != "" || !strings.Contains(err.Error(), "workBatch: "+call) {
			t.Errorf("%s: wrote %d bytes, error %v", call, len(text), err)
		}
	}
}
