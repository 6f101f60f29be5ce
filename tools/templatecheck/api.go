package templatecheck

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const (
	apiType    = "AWS::Serverless::HttpApi"
	apiService = "apigateway.amazonaws.com"

	bodyLine = "      DefinitionBody:" // starts the part of an API that `make roles` writes; it is the last property
)

// bodyHead is the start of the definition of an API.
const bodyHead = bodyLine + ` # make roles writes it, from the Routes in the Metadata of the functions
        openapi: 3.0.1
        info: {title: !Ref "AWS::StackName", version: "1.0"}
        paths:
`

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

// apiRole returns the role with which an API invokes its functions. One role takes the place of a permission for each
// route. It names the functions by the stack, because a policy has no room for all of their ARNs.
func apiRole(api Resource) role {
	r := role{id: api.ID + roleSuffix, owner: api.ID, service: apiService, policy: "routes"}
	r.allow(fullARN("lambda", "function:"+stackName+"-*"), "lambda:InvokeFunction")
	return r
}

// apiText returns the resource of an API with the definition that its functions' routes make. Other properties stay.
func (p Project) apiText(current string, api Resource) string {
	head, _, _ := strings.Cut(current, bodyLine)
	return head + bodyHead + p.paths(api)
}

// paths returns the routes of the functions as the paths of an OpenAPI document.
func (p Project) paths(api Resource) string {
	methods := map[string]map[string]function{} // by path
	for _, f := range p.Template.functions() {
		for _, route := range f.routes() {
			if methods[route.Path] == nil {
				methods[route.Path] = map[string]function{}
			}
			methods[route.Path][strings.ToLower(cmp.Or(route.Method, "x-amazon-apigateway-any-method"))] = f
		}
	}
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(methods)) {
		key := path
		if strings.Contains(path, "{") {
			key = `"` + path + `"`
		}
		fmt.Fprintf(&b, "          %s:\n", key)
		for _, method := range slices.Sorted(maps.Keys(methods[path])) {
			fmt.Fprintf(&b, "            %s: {%s}\n", method, operation(api, path, methods[path][method]))
		}
	}
	return b.String()
}

// operation returns one operation of the definition, as the SAM transform writes it, but with the credentials of the
// API's role.
func operation(api Resource, path string, f function) string {
	function := "${" + f.ID + ".Arn}"
	if alias := textAt(f.Properties, "AutoPublishAlias"); alias != "" {
		function += ":" + alias
	}
	const integration = `x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", ` +
		`credentials: !GetAtt %s.Arn, uri: !Sub "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/` +
		`functions/%s/invocations"}, responses: {}`
	text := fmt.Sprintf(integration, api.ID+roleSuffix, function)
	if path == defaultRoute {
		return text + ", isDefaultRoute: true"
	}
	var parameters []string
	for _, name := range pathParameter.FindAllStringSubmatch(path, -1) {
		parameters = append(parameters, fmt.Sprintf(`{name: %s, in: path, required: true}`, name[1]))
	}
	if len(parameters) > 0 {
		text += ", parameters: [" + strings.Join(parameters, ", ") + "]"
	}
	return text
}

// checkAPIs reports a definition that differs from the routes of the functions.
func checkAPIs(project Project, found *report) {
	apis := project.Template.ofType(apiType)
	if len(apis) != 1 {
		found.add("api", "template.yaml", "it has %d APIs, not one", len(apis))
		return
	}
	lines := strings.SplitAfter(project.Template.Text, "\n")
	place := blocks(lines)[apis[0].ID]
	text := strings.Join(lines[place.start:place.end], "")
	checkThrottles(project, apis[0], found)
	if want := project.apiText(text, apis[0]); text != want {
		found.add("api", apis[0].ID, "its definition differs from the Routes of the functions; run make roles")
	}
}

// checkThrottles reports routes that everybody may call and that change something, but have no limit of their own, and
// limits of routes that do not exist: API Gateway would reject the deployment.
func checkThrottles(project Project, api Resource, found *report) {
	settings := fieldsAt(api.Properties, "RouteSettings")
	for id, route := range project.Operations {
		limits := fieldsAt(settings, route.String())
		isLimited := limits["ThrottlingRateLimit"] != nil && limits["ThrottlingBurstLimit"] != nil
		if project.Public[id] && route.Method != http.MethodGet && !isLimited {
			found.add("api", api.ID, "everybody may call %s, but RouteSettings has no limits for it", route)
		}
	}
	routes := map[string]bool{}
	for _, f := range project.Template.functions() {
		for _, route := range f.routes() {
			routes[route.String()] = true
		}
	}
	for route := range settings {
		if !routes[route] {
			found.add("api", api.ID, "RouteSettings has %s, which no function has", route)
		}
	}
}
