package templatecheck

import (
	"slices"
	"strings"
	"testing"
)

const data = `
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      GlobalSecondaryIndexes: [{IndexName: customers-by-owner}]
  Parked:
    Type: AWS::S3::Bucket
Outputs:
  Table: {Value: !Ref Table}
  TableArn: {Value: !GetAtt Table.Arn}
  TableStreamArn: {Value: !GetAtt Table.StreamArn}
  Parked: {Value: !Ref Parked}
  ParkedArn: {Value: !GetAtt Parked.Arn}
`

const application = `
Parameters:
  Table: {Type: String}
  TableArn: {Type: String}
  TableStreamArn: {Type: String}
  Parked: {Type: String}
  ParkedArn: {Type: String}
  LogGroupArn: {Type: String}
  PublicUrl: {Type: String}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
  ReadStreamFunction:
    Type: AWS::Serverless::Function
    Properties:
      LoggingConfig: {LogGroup: !Ref Group}
      Events:
        Stream:
          Type: DynamoDB
          Properties:
            Stream: !Ref TableStreamArn
            DestinationConfig: {OnFailure: {Type: S3, Destination: !Ref ParkedArn}}
`

func twoStacks(t *testing.T) Project {
	t.Helper()
	calls := `{"readStream": {"calls": [
		"dynamodb:GetItem table", "dynamodb:Query index/customers-by-owner", "s3:GetObject Parked/*"]}}`
	project, err := Parse([]byte(application), []byte("paths: {}"), []byte(calls), nil, nil)
	if err == nil {
		err = project.addStack(dataStack, []byte(data))
	}
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// The resources of the data stack come by parameters.
func TestRoleOfSharedResources(t *testing.T) {
	project := twoStacks(t)
	got, err := project.functionRole(project.Template.functions()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Resource: !Ref TableArn", "Resource: !Ref TableStreamArn", "Action: s3:ListBucket, Resource: !Ref ParkedArn",
		`Resource: !Sub "${TableArn}/index/customers-by-owner"`, `[s3:GetObject, s3:PutObject], Resource: !Sub "${ParkedArn}/*"`,
		"Effect: Deny, Action: dynamodb:GetItem, Resource: !Ref TableArn",
	} {
		if !strings.Contains(got.text(), want) {
			t.Errorf("the role has no %s:\n%s", want, got.text())
		}
	}
}

func TestStacks(t *testing.T) {
	project := twoStacks(t)
	project.Template.Parameters["Parked"].(map[string]any)["Default"] = "parked"
	var found report
	checkStacks(project, &found)
	var got []string
	for _, finding := range found.findings {
		got = append(got, finding.String())
	}
	slices.Sort(got)
	want := []string{
		"stack: Group: a AWS::Logs::LogGroup has data that outlives the application; it belongs in infra/data.yaml",
		"stack: LogGroupArn: it has no default, and infra/data.yaml has no output of this name",
		"stack: Parked: it has a default, although infra/data.yaml has an output of this name",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}
