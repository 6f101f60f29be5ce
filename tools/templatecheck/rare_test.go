package templatecheck

import (
	"slices"
	"strings"
	"testing"
)

func TestRoleAllowsRareCalls(t *testing.T) {
	project := parse(t, broken{byHand: true})
	project.Rare = map[string][]string{
		"workBatch": {"states:DescribeExecution WorkMachine", "states:StartExecution WorkMachine"},
	}
	text, err := WriteRoles(project)
	if err != nil {
		t.Fatal(err)
	}
	got, want := statementsOf(t, text, "WorkBatchRole"), []string{
		writeLog,
		`- {Effect: Allow, Action: states:DescribeExecution, Resource: !Sub "arn:${AWS::Partition}:states:${AWS::Region}:` +
			`${AWS::AccountId}:execution:${AWS::StackName}-work:*"}`,
		"- {Effect: Allow, Action: states:StartExecution, Resource: !Ref WorkMachine}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("statements:\n  %s\nexpected:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestRareCallsMatchTheProject(t *testing.T) {
	project := parse(
		t,
		broken{calls: []edit{{`"workBatch": {"calls": []}`, `"workBatch": {"calls": ["dynamodb:GetItem table"]}`}}},
	)
	project.Rare = map[string][]string{"workBatch": {"dynamodb:GetItem table"}, "dropTable": {}}
	var got []string
	for _, finding := range Check(project) {
		got = append(got, finding.String())
	}
	want := []string{
		"role: dropTable: its rare calls are declared, but no function has this name",
		"role: workBatch: dynamodb:GetItem table is declared as rare, and recorded too; run make storage-calls",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}
