package templatecheck

import (
	"strings"
	"testing"
)

func TestAPI(t *testing.T) {
	const differs = "api: Api: its definition differs from the Routes of the functions; run make roles"
	check(t, []broken{
		{
			name:     "a route that only the definition lacks",
			template: []edit{{"Routes: [GET /test-page, ", "Routes: [GET /test-page, HEAD /test-page, "}},
			byHand:   true,
			want:     []string{differs},
		},
		{
			name: "the function of another route",
			template: []edit{
				{"functions/${CreateCustomerFunction.Arn}/invocations", "functions/${WorkBatchFunction.Arn}/invocations"},
			},
			byHand: true,
			want:   []string{differs},
		},
		{
			name:     "a route without the role",
			template: []edit{{"credentials: !GetAtt ApiRole.Arn, ", ""}},
			byHand:   true,
			want:     []string{differs},
		},
	})
	canary := broken{
		template: []edit{
			{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n      AutoPublishAlias: live"},
		},
	}
	if text := written(t, canary); !strings.Contains(text, "functions/${CreateCustomerFunction.Arn}:live/invocations") {
		t.Errorf("the route of a function with an alias does not invoke the alias:\n%s", text)
	}
}

func TestThrottles(t *testing.T) {
	public := []edit{{"      operationId: createCustomer\n", "      operationId: createCustomer\n      security: []\n"}}
	limits := func(route string) []edit {
		return []edit{{"      StageName: $default\n", "      StageName: $default\n      RouteSettings: {\"" + route +
			"\": {ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1}}\n"}}
	}
	check(t, []broken{
		{
			name: "no limit", document: public,
			want: []string{"api: Api: everybody may call POST /v1/customers, but RouteSettings has no limits for it"},
		},
		{name: "a limit", document: public, template: limits("POST /v1/customers")},
		{
			name: "a limit of no route", template: limits("POST /v1/customer"),
			want: []string{"api: Api: RouteSettings has POST /v1/customer, which no function has"},
		},
	})
}
