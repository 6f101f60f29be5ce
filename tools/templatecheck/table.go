package templatecheck

import "strings"

// checkTables reports tables that could lose data or cost more than their use.
func checkTables(template Template, found *report) {
	for _, table := range template.ofType(tableType) {
		demand := func(holds bool, problem string) {
			if !holds {
				found.add("table", table.ID, "%s", problem)
			}
		}
		p := table.Properties
		demand(textAt(p, "BillingMode") == "PAY_PER_REQUEST", "BillingMode is not PAY_PER_REQUEST")
		demand(
			isTrue(p, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
			"point-in-time recovery is not on",
		)
		demand(isTrue(p, "DeletionProtectionEnabled"), "deletion protection is not on")
		demand(textAt(p, "StreamSpecification", "StreamViewType") != "", "it has no stream")
		demand(isTrue(p, "TimeToLiveSpecification", "Enabled"), "TTL is not on")
		demand(strings.HasPrefix(textAt(table.Attributes, "DeletionPolicy"), "Retain"), "DeletionPolicy is not Retain")
		demand(textAt(table.Attributes, "UpdateReplacePolicy") == "Retain", "UpdateReplacePolicy is not Retain")
	}
}

// indexes returns the names of the table's indexes.
func indexes(table Resource) map[string]bool {
	names := map[string]bool{}
	for _, kind := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		for _, index := range list(table.Properties[kind]) {
			names[textAt(index, "IndexName")] = true
		}
	}
	return names
}
