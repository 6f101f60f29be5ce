package templatecheck

import "slices"

// RareCalls returns the calls that a function makes only after a failure, or only in some test runs, by operation. A
// test run may or may not record them, so they are declared here: docs/storage-calls.json does not contain them, and the
// role of the function allows them.
func RareCalls() map[string][]string {
	sweep := []string{"sqs:SendMessage MailQueue"} // for mails whose messages are lost (ADR 40)
	for _, machine := range []string{"ChangeStatusMachine", "RemoveCustomersMachine", "TransferCustomersMachine"} {
		// For operations that are silent (ADR 37).
		sweep = append(sweep, describeExecution+" "+machine, "states:StartExecution "+machine)
	}
	// Counts are corrected after a defect (ADR 43).
	correction := []string{"dynamodb:UpdateItem table"}
	// To give lists more shards takes six minutes, and only large lists get them by themselves (ADR 44).
	growth := []string{
		"dynamodb:GetItem table", "dynamodb:Query index/accounts-by-owner-created",
		"dynamodb:Query index/accounts-by-shard-created", "dynamodb:UpdateItem table",
	}
	// Records of the stream that cannot be read are parked.
	parking := []string{"s3:PutObject ParkedRecords/*"}
	return map[string][]string{
		"sweepDue": sweep, "reconcileCounts": correction, "reshardList": growth,
		"consumeStream": parking, "indexSearch": parking,
	}
}

// describeExecution is the one action on a state machine whose resource is not the machine but its executions.
const describeExecution = "states:DescribeExecution"

// checkRareCalls reports declared calls of unknown functions, and those that are recorded too.
func checkRareCalls(project Project, found *report) {
	operations := map[string]bool{}
	for _, f := range project.Template.functions() {
		operations[f.operation()] = true
	}
	for operation, calls := range project.Rare {
		if !operations[operation] {
			found.add("role", operation, "its rare calls are declared, but no function has this name")
		}
		for _, call := range calls {
			if slices.Contains(project.Calls[operation], call) {
				found.add("role", operation, "%s is declared as rare, and recorded too; run make storage-calls", call)
			}
		}
	}
}
