package templatecheck

import (
	"reflect"
	"slices"
)

// retainLater is the policy of resources with data: they outlive their stack, except for a first deployment that fails.
// Otherwise the next attempt would find their names taken.
const retainLater = "RetainExceptOnCreate"

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
		demand(
			template.isProtection(p["DeletionProtectionEnabled"]),
			"deletion protection is not by the parameter Protection",
		)
		demand(textAt(p, "StreamSpecification", "StreamViewType") != "", "it has no stream")
		demand(isTrue(p, "TimeToLiveSpecification", "Enabled"), "TTL is not on")
		demand(textAt(table.Attributes, "DeletionPolicy") == retainLater, "DeletionPolicy is not "+retainLater)
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

// isProtection reports whether a value is true only if the parameter Protection is "on", and the parameter is on unless
// a deployment turns it off. The first deployment does (ADR 49): CloudFormation cannot delete a protected table, so the
// deployment could not roll back.
func (t Template) isProtection(value any) bool {
	condition := map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "Protection"}, "on"}}
	return reflect.DeepEqual(value, map[string]any{"Fn::If": []any{"IsProtected", true, false}}) &&
		reflect.DeepEqual(t.Conditions["IsProtected"], condition) && textAt(t.Parameters, "Protection", "Default") == "on"
}

// checkBuckets reports buckets whose objects could become public or get lost.
func checkBuckets(template Template, found *report) {
	for _, bucket := range template.ofType(bucketType) {
		demand := func(holds bool, problem string) {
			if !holds {
				found.add("bucket", bucket.ID, "%s", problem)
			}
		}
		p := bucket.Properties
		block := fieldsAt(p, "PublicAccessBlockConfiguration")
		for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			demand(isTrue(block, name), "public access is not blocked by "+name)
		}
		demand(p["BucketEncryption"] != nil, "it is not encrypted")
		demand(textAt(bucket.Attributes, "DeletionPolicy") == retainLater, "DeletionPolicy is not "+retainLater)
		demand(textAt(bucket.Attributes, "UpdateReplacePolicy") == "Retain", "UpdateReplacePolicy is not Retain")
		if bucket.ID != backupBucket {
			continue
		}
		isAllowed := false
		for _, rule := range list(at(p, "CorsConfiguration", "CorsRules")) {
			origins, methods := list(at(rule, "AllowedOrigins")), list(at(rule, "AllowedMethods"))
			isAllowed = isAllowed ||
				len(origins) == 1 && refersTo(origins[0]) == "PublicUrl" && slices.Contains(methods, any("PUT"))
		}
		demand(isAllowed, "no CORS rule allows uploads from PublicUrl, the origin of the panel")
	}
}

// backupBucket is the bucket to which browsers upload.
const backupBucket = "BackupBucket"
