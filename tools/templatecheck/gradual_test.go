package templatecheck

import "testing"

func TestGradual(t *testing.T) {
	const code = "      CodeUri: build/create-customer/"
	canary := edit{code, code + "\n      AutoPublishAlias: live\n      AutoPublishAliasAllProperties: true\n" +
		"      DeploymentPreference: {Type: AllAtOnce}\n      Environment: {Variables: {AFTER: \"\"}}"}
	after := edit{
		"    MemorySize: 256\n",
		"    MemorySize: 256\n    Environment: {Variables: {AFTER: !Ref CreateCustomerFunction.Alias}}\n",
	}
	check(t, []broken{
		{name: "sound", template: []edit{canary, after}},
		{
			name:     "nothing follows the canary",
			template: []edit{canary},
			want: []string{
				"gradual: CreateCustomerFunction: it is a canary, but the variable AFTER in Globals does not name its alias",
			},
		},
		{
			name:     "a canary that follows itself",
			template: []edit{canary, after, {`AFTER: ""`, `OTHER: ""`}},
			want: []string{
				"gradual: CreateCustomerFunction: it is a canary, and its variable AFTER is not empty, so it would wait for itself",
			},
		},
		{
			name: "a function beside the canaries",
			template: []edit{
				canary,
				after,
				{
					"      CodeUri: build/unknown-route/",
					"      CodeUri: build/unknown-route/\n      Environment: {Variables: {AFTER: now}}",
				},
			},
			want: []string{"gradual: UnknownRouteFunction: it has its own variable AFTER, so it would not follow the canaries"},
		},
		{
			name:     "settings that are not published",
			template: []edit{canary, after, {"      AutoPublishAliasAllProperties: true\n", ""}},
			want: []string{
				"gradual: CreateCustomerFunction: AutoPublishAliasAllProperties is not on, so a change of its settings would publish nothing",
			},
		},
	})
}
