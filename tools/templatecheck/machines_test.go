package templatecheck

import "testing"

func TestMachines(t *testing.T) {
	const substitutions = "      DefinitionSubstitutions:\n        Partition: !Ref AWS::Partition\n        RunBatch: !Ref WorkBatchFunction.Version\n"
	check(t, []broken{
		{
			name:     "definition of nobody",
			template: []edit{{"DefinitionUri: statemachines/work.asl.json", "DefinitionUri: statemachines/play.asl.json"}},
			want: []string{
				"machine: WorkMachine: its DefinitionUri names no file in statemachines/",
				"machine: WorkMachine: its definition does not use the substitution Partition",
				"machine: WorkMachine: its definition does not use the substitution RunBatch",
				"machine: statemachines/work.asl.json: no state machine's DefinitionUri names it",
			},
		},
		{
			name:     "substitution that nothing uses",
			template: []edit{{substitutions, substitutions + "        TableName: !Ref Table\n"}},
			want:     []string{"machine: WorkMachine: its definition does not use the substitution TableName"},
		},
		{
			name:   "substitution that nobody gives",
			states: []edit{{`"MaxConcurrency": 5`, `"Comment": "${Width}", "MaxConcurrency": 5`}},
			want:   []string{"machine: WorkMachine: its definition uses ${Width}, which DefinitionSubstitutions does not give"},
		},
		{
			name: "function that no machine names",
			template: []edit{
				{
					substitutions,
					"      DefinitionSubstitutions:\n        Partition: !Ref AWS::Partition\n        RunBatch: !GetAtt ConsumeStreamFunction.Arn\n",
				},
			},
			want: []string{
				"machine: ConsumeStreamFunction: it is a step of WorkMachine, but also has events",
				"machine: WorkMachine: RunBatch is not !Ref ConsumeStreamFunction.Version, so running executions would continue with other code",
				"machine: WorkBatchFunction: nothing invokes it: it has no event, and no DefinitionSubstitutions name it",
				"machine: statemachines/work.asl.json.Batch: TimeoutSeconds ends before the Timeout of ConsumeStreamFunction",
			},
		},
		{
			name:     "role of another",
			template: []edit{{"Role: !GetAtt WorkMachineRole.Arn", "Role: !GetAtt WorkBatchRole.Arn"}},
			want:     []string{"machine: WorkMachine: Role is not !GetAtt WorkMachineRole.Arn"},
		},
		{
			name:     "data of executions in the log",
			template: []edit{{"IncludeExecutionData: false", "IncludeExecutionData: true"}},
			want:     []string{"machine: WorkMachine: Logging is not of Level ERROR without execution data"},
		},
		{
			name:   "concurrency by a parameter",
			states: []edit{{`"MaxConcurrency": 5`, `"MaxConcurrencyPath": "$.concurrency"`}},
		},
		{
			name:   "attempts that end after the Express execution",
			states: []edit{{`"MaxAttempts": 2`, `"MaxAttempts": 9, "MaxDelaySeconds": 8`}},
			want: []string{
				"machine: statemachines/work.asl.json.Batches: its Express executions may take 305 s; they end after 300 s, " +
					"so 285 s are allowed",
			},
		},
		{
			name:     "machine by another name",
			template: []edit{{"  WorkMachine:", "  WorkFlow:"}},
			want: []string{
				"machine: WorkFlow: Role is not !GetAtt WorkFlowRole.Arn",
				"machine: WorkFlow: a state machine's logical id ends with Machine",
				"role: WorkMachineRole: it belongs to no function, state machine or API",
			},
		},
	})
}

func TestMachinesShareDefinition(t *testing.T) {
	const second = `  PlayMachine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: !Sub ${AWS::StackName}-play
      DefinitionUri: statemachines/work.asl.json
      Logging: {Level: ERROR, IncludeExecutionData: false}
      DefinitionSubstitutions:
        Partition: !Ref AWS::Partition
        RunBatch: !Ref WorkBatchFunction.Version
      Role: !GetAtt PlayMachineRole.Arn

  WorkMachine:`
	check(t, []broken{
		{name: "sound", template: []edit{{"  WorkMachine:", second}}},
		{
			name:     "broken",
			template: []edit{{"  WorkMachine:", second}},
			states:   []edit{{"            \"TimeoutSeconds\": 25,\n", ""}},
			want:     []string{"machine: statemachines/work.asl.json.Batch: it has no TimeoutSeconds"},
		},
		{
			name:     "substitution that one machine lacks",
			template: []edit{{"  WorkMachine:", second}, {"        Partition: !Ref AWS::Partition\n", ""}},
			want: []string{
				"machine: PlayMachine: its definition uses ${Partition}, which DefinitionSubstitutions does not give",
			},
		},
	})
}

func TestStates(t *testing.T) {
	const at = "machine: statemachines/work.asl.json"
	check(t, []broken{
		{
			name:   "waits for ever",
			states: []edit{{"            \"TimeoutSeconds\": 25,\n", ""}},
			want:   []string{at + ".Batch: it has no TimeoutSeconds"},
		},
		{
			name:   "gives up before its function does",
			states: []edit{{`"TimeoutSeconds": 25`, `"TimeoutSeconds": 20`}},
			want:   []string{at + ".Batch: TimeoutSeconds ends before the Timeout of WorkBatchFunction"},
		},
		{
			name: "never tries again",
			states: []edit{
				{`"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "JitterStrategy": "FULL"}]`, `"Retry": []`},
			},
			want: []string{at + ".Batch: it has no Retry"},
		},
		{
			name: "comes back with all others",
			states: []edit{
				{`"Retry": [`, `"Retry": [{"ErrorEquals": ["TryAgain"], "JitterStrategy": "FULL"}, `},
				{`"MaxAttempts": 2, "JitterStrategy": "FULL"`, `"MaxAttempts": 2`},
			},
			want: []string{
				at + ".Batch: Retry 1 has no JitterStrategy FULL, so throttled calls would retry at the same moment",
			},
		},
		{
			name:   "fails the machine",
			states: []edit{{`"Catch": [{"ErrorEquals": ["States.ALL"]`, `"Catch": [{"ErrorEquals": ["TryAgain"]`}},
			want:   []string{at + ".Batch: no Catch takes States.ALL"},
		},
		{
			name:   "calls no function",
			states: []edit{{`:lambda:invoke"`, `:dynamodb:putItem"`}},
			want:   []string{at + ".Batch: Resource is not arn:${Partition}:states:::lambda:invoke"},
		},
		{
			name: "does not call a function of the template",
			states: []edit{
				{
					`"FunctionName": "${RunBatch}"`,
					`"Comment": "${RunBatch}", "FunctionName": "arn:aws:lambda:us-east-1:1:function:other"`,
				},
			},
			want: []string{at + ".Batch: FunctionName is not the ${substitution} of a function"},
		},
		{
			name:   "all at once",
			states: []edit{{"      \"MaxConcurrency\": 5,\n", ""}},
			want:   []string{at + ".Batches: MaxConcurrency is not at least 1, so the map would run without a limit"},
		},
		{
			name:   "all at once, said so",
			states: []edit{{`"MaxConcurrency": 5`, `"MaxConcurrency": 0`}},
			want:   []string{at + ".Batches: MaxConcurrency is not at least 1, so the map would run without a limit"},
		},
		{
			name: "map of the old kind",
			states: []edit{{`"End": true
    }
  }`, `"Next": "Old"
    },
    "Old": {"Type": "Map", "MaxConcurrency": 1, "Iterator": {}, "End": true}
  }`}},
			want: []string{at + ".Old: it has no ItemProcessor"},
		},
		{
			name:   "state that no rule knows",
			states: []edit{{`"Left": {"Type": "Pass"`, `"Left": {"Type": "Dream"`}},
			want:   []string{at + `.Left: no rule knows the state "Dream"; write one`},
		},
		{
			name: "one name for two states",
			states: []edit{
				{`"Left": {"Type": "Pass", "End": true}`, `"Left": {"Type": "Pass", "End": true}, "Batches": {"Type": "Succeed"}`},
			},
			want: []string{at + ": it is not a definition: the state Batches is there twice"},
		},
	})
}

func TestBranchesOfAParallelStateAreChecked(t *testing.T) {
	check(t, []broken{
		{
			name: "task in a branch",
			states: []edit{{`"StartAt": "Batches",
  "States": {`, `"StartAt": "Both",
  "States": {
    "Both": {"Type": "Parallel", "Branches": [{"StartAt": "Inside", "States": {"Inside": {"Type": "Map", "ItemProcessor": {}}}}], "Next": "Batches"},`}},
			want: []string{
				"machine: statemachines/work.asl.json.Inside: MaxConcurrency is not at least 1, so the map would run without a limit",
			},
		},
	})
}
