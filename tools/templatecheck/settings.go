package templatecheck

// Limits of the functions.
const (
	gatewaySeconds = 30  // API Gateway stops waiting then
	lambdaSeconds  = 900 // Lambda stops a function then
)

// checkSettings reports functions without limits, and functions that do not write to the shared log group.
func checkSettings(template Template, found *report) {
	logs := map[string]bool{}
	for _, f := range template.functions() {
		limit := lambdaSeconds
		if len(f.routes()) > 0 {
			limit = gatewaySeconds - 1
		}
		if seconds := numberAt(f.Properties, "Timeout"); seconds < 1 || seconds > limit {
			found.add("settings", f.ID, "Timeout is not a number from 1 to %d", limit)
		}
		if numberAt(f.Properties, "MemorySize") < 1 {
			found.add("settings", f.ID, "it has no MemorySize")
		}
		id := refersTo(at(f.Properties, "LoggingConfig", "LogGroup"))
		if template.resource(id).Type != logGroupType {
			found.add("settings", f.ID, "LoggingConfig has no LogGroup: !Ref to the shared log group")
			continue
		}
		logs[id] = true
	}
	if len(logs) > 1 {
		found.add("settings", "LoggingConfig", "the functions write to %d log groups instead of one", len(logs))
	}
	for _, group := range template.allOfType(logGroupType) {
		if group.Properties["RetentionInDays"] == nil {
			found.add("settings", group.ID, "it has no RetentionInDays, so its lines would never expire")
		}
	}
}
