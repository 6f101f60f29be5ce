package templatecheck

// Limits of the functions.
const (
	gatewaySeconds = 30  // API Gateway stops waiting then
	lambdaSeconds  = 900 // Lambda stops a function then

	// hashMegabytes is the memory with which Lambda gives a function one full processor.
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
	hashMegabytes = 1769
)

// checkSettings reports functions without limits, functions that do not write to the shared log group, and functions
// with the memory for the password hash that do not link it, or the reverse.
func checkSettings(project Project, found *report) {
	template := project.Template
	logs := map[string]bool{}
	for _, f := range template.functions() {
		limit := lambdaSeconds
		if len(f.routes()) > 0 {
			limit = gatewaySeconds - 1
		}
		if seconds := numberAt(f.Properties, "Timeout"); seconds < 1 || seconds > limit {
			found.add("settings", f.ID, "Timeout is not a number from 1 to %d", limit)
		}
		memory := numberAt(f.Properties, "MemorySize")
		switch hashes := project.Hashing[f.folder()]; {
		case memory < 1:
			found.add("settings", f.ID, "it has no MemorySize")
		case hashes && memory != hashMegabytes:
			found.add("settings", f.ID, "it links the password hash and has no MemorySize of %d", hashMegabytes)
		case !hashes && memory >= hashMegabytes:
			found.add("settings", f.ID, "it has the MemorySize of the password hash but does not link it")
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
