package templatecheck

import "testing"

func TestNames(t *testing.T) {
	check(t, []broken{
		{
			name:    "folder without function",
			folders: append([]string{"get-customer"}, soundFolders...),
			want:    []string{"name: functions/get-customer: template.yaml has no GetCustomerFunction"},
		},
		{
			name:    "function without folder",
			folders: []string{"consume-stream", "create-customer", "get-test-page", "work-batch"},
			want:    []string{"name: UnknownRouteFunction: there is no functions/unknown-route"},
		},
		{
			name:     "code of another function",
			template: []edit{{"CodeUri: build/create-customer/", "CodeUri: build/unknown-route/"}},
			want:     []string{"name: CreateCustomerFunction: CodeUri is not build/create-customer/"},
		},
		{
			name: "function that sam build would build",
			template: []edit{
				{
					"    Metadata: {SkipBuild: true, Routes: [POST /v1/customers]}\n    Properties:\n      CodeUri: build/create-customer/",
					"    Metadata: {Routes: [POST /v1/customers]}\n    Properties:\n      CodeUri: build/create-customer/",
				},
			},
			want: []string{
				"name: CreateCustomerFunction: Metadata has no SkipBuild: true, so sam build would build the function too",
			},
		},
		{
			name:     "role of another function",
			template: []edit{{"Role: !GetAtt CreateCustomerRole.Arn", "Role: !GetAtt ConsumeStreamRole.Arn"}},
			want:     []string{"name: CreateCustomerFunction: Role is not !GetAtt CreateCustomerRole.Arn"},
		},
		{
			name: "function without a role",
			template: []edit{
				{"  CreateCustomerRole:\n    Type: AWS::IAM::Role", "  CreateCustomerRole:\n    Type: AWS::SNS::Topic"},
			},
			byHand: true,
			want: []string{
				`role: CreateCustomerRole: it has "Type: AWS::SNS::Topic" instead of "Type: AWS::IAM::Role"; run make roles`,
			},
		},
		{
			name:     "function by another name",
			template: []edit{{"  UnknownRouteFunction:", "  UnknownRouteLambda:"}},
			want: []string{
				"name: UnknownRouteLambda: a function's logical id ends with Function",
				"name: functions/unknown-route: template.yaml has no UnknownRouteFunction",
				"role: UnknownRouteLambda: no test ran it while storage calls were recorded",
				"role: UnknownRouteRole: it belongs to no function, state machine or API",
				"role: unknownRoute: its storage calls are recorded, but no function has this name",
			},
		},
	})
}

func TestRoutes(t *testing.T) {
	check(t, []broken{
		{
			name:     "operation without function",
			document: []edit{{"  /v1/customers:\n", "  /v1/customers:\n    get:\n      operationId: listCustomers\n"}},
			want:     []string{"name: listCustomers: no function serves GET /v1/customers"},
		},
		{
			name:     "route without operation",
			document: []edit{{"operationId: createCustomer", "operationId: consumeCustomer"}},
			want: []string{
				"name: CreateCustomerFunction: the API document has no operation createCustomer for POST /v1/customers",
				"name: consumeCustomer: no function serves POST /v1/customers",
			},
		},
		{
			name:     "route that differs from the document",
			template: []edit{{"[POST /v1/customers]", "[POST /v1/customer]"}},
			want: []string{
				"name: CreateCustomerFunction: its route is POST /v1/customer; the API document says POST /v1/customers",
			},
		},
		{
			name:     "method that differs from the document",
			template: []edit{{"[POST /v1/customers]", "[PUT /v1/customers]"}},
			want: []string{
				"name: CreateCustomerFunction: its route is PUT /v1/customers; the API document says POST /v1/customers",
			},
		},
		{
			name: "operation whose function has no route",
			document: []edit{
				{"  /v1/customers:\n", "  /v1/stream:\n    get:\n      operationId: consumeStream\n  /v1/customers:\n"},
			},
			want: []string{"name: ConsumeStreamFunction: it has no route; the API document says GET /v1/stream"},
		},
		{
			name:     "two routes on one function",
			template: []edit{{"[POST /v1/customers]", "[POST /v1/customers, PUT /v1/customers]"}},
			want:     []string{"name: CreateCustomerFunction: it has 2 routes; a function has one"},
		},
		{
			name:     "documented default route",
			document: []edit{{"  /v1/customers:\n", "  /{any}:\n    get:\n      operationId: unknownRoute\n  /v1/customers:\n"}},
			want: []string{
				"name: UnknownRouteFunction: it answers unknown paths, but the API document has the operation unknownRoute",
			},
		},
		{
			name:     "nobody answers unknown paths",
			template: []edit{{"[$default]", "[GET /v1/health]"}},
			want: []string{
				"name: $default: 0 functions answer unknown paths, not one",
				"name: UnknownRouteFunction: the API document has no operation unknownRoute for GET /v1/health",
			},
		},
		{
			name: "route as an event",
			template: []edit{{"      CodeUri: build/create-customer/", "      CodeUri: build/create-customer/\n" +
				"      Events: {Route: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: POST, Path: /v1/customers}}}"}},
			want: []string{
				"name: CreateCustomerFunction: event Route is a route; write it into Metadata, as in Routes: [GET /v1/health], " +
					"and run make roles",
			},
		},
	})
}

func TestPages(t *testing.T) {
	check(t, []broken{
		{
			name: "page in the document of the API",
			document: []edit{
				{"  /v1/customers:\n", "  /test-page:\n    get:\n      operationId: getTestPage\n  /v1/customers:\n"},
			},
			want: []string{
				"name: GetTestPageFunction: it serves a page, but the API document has the operation getTestPage",
			},
		},
		{
			name:     "page without files",
			template: []edit{{"[GET /test-page, \"GET /test-page/{file}\"]", "[GET /test-page]"}},
		},
		{
			name:     "page whose head is asked for",
			template: []edit{{"[GET /test-page, \"GET /test-page/{file}\"]", "[GET /test-page, HEAD /test-page]"}},
		},
		{
			name: "page with all addresses outside the API",
			template: []edit{
				{
					"[GET /test-page, \"GET /test-page/{file}\"]",
					"[GET /, \"GET /{proxy+}\"]",
				},
				{"[$default]", "[$default, \"GET /v1/{proxy+}\"]"},
			},
		},
		{
			name:     "page that answers unknown addresses of the API",
			template: []edit{{"[GET /test-page, \"GET /test-page/{file}\"]", "[GET /, \"GET /{proxy+}\"]"}},
			want: []string{
				"name: UnknownRouteFunction: it has no route GET /v1/{proxy+}, so GetTestPageFunction would answer",
			},
		},
		{
			name:     "unknown paths with another route",
			template: []edit{{"[$default]", "[$default, GET /v1/other]"}},
			want:     []string{"name: UnknownRouteFunction: it answers unknown paths, but has the route GET /v1/other"},
		},
		{
			name:     "page that something is sent to",
			template: []edit{{"[GET /test-page, \"GET /test-page/{file}\"]", "[POST /test-page]"}},
			want: []string{
				"name: GetTestPageFunction: its route POST /test-page is neither the page /test-page nor a file of it",
			},
		},
		{
			name:     "page with an operation of the API",
			template: []edit{{"[GET /test-page, \"GET /test-page/{file}\"]", "[GET /test-page, \"GET /v1/customers/{id}\"]"}},
			want: []string{
				"name: GetTestPageFunction: its route GET /v1/customers/{id} is neither the page /test-page nor a file of it",
			},
		},
		{
			name:     "operation outside the API",
			template: []edit{{"[POST /v1/customers]", "[POST /customers]"}},
			want: []string{
				"name: CreateCustomerFunction: it serves a page, but its name is not Get…PageFunction",
				"name: CreateCustomerFunction: it serves a page, but the API document has the operation createCustomer",
				"name: CreateCustomerFunction: its route POST /customers is neither the page /customers nor a file of it",
			},
		},
	})
}
