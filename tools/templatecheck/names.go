package templatecheck

import (
	"net/http"
	"slices"
	"strings"
)

// checkNames reports folders, functions, roles, routes and operations whose counterpart is missing.
func checkNames(project Project, found *report) {
	functions := project.Template.functions()
	stems := map[string]bool{}
	for _, template := range project.Stacks {
		for _, f := range template.functions() {
			stems[f.stem] = true
			checkFolder(project, f, "../build/", found)
		}
	}
	operations := map[string]bool{}
	defaults := 0
	for _, f := range functions {
		stems[f.stem] = true
		operations[f.operation()] = true
		checkFunctionName(project, f, found)
		defaults += checkRoute(project, f, found)
	}
	for _, folder := range project.Folders {
		if !stems[stemOf(folder)] {
			found.add("name", "functions/"+folder, "template.yaml has no %s", stemOf(folder)+functionSuffix)
		}
	}
	for id, route := range project.Operations {
		if !operations[id] {
			found.add("name", id, "no function serves %s", route)
		}
	}
	if defaults != 1 {
		found.add("name", defaultRoute, "%d functions answer unknown paths, not one", defaults)
	}
}

func checkFunctionName(project Project, f function, found *report) {
	if f.stem+functionSuffix != f.ID {
		found.add("name", f.ID, "a function's logical id ends with %s", functionSuffix)
		return
	}
	checkFolder(project, f, "build/", found)
	if !isTrue(f.Attributes, "Metadata", "SkipBuild") {
		found.add("name", f.ID, "Metadata has no SkipBuild: true, so sam build would build the function too")
	}
	if id, attribute := attributeOf(f.Properties["Role"]); id != f.role() || attribute != "Arn" {
		found.add("name", f.ID, "Role is not !GetAtt %s.Arn", f.role())
	}
}

// checkFolder reports a function without a folder, or with the code of another one. CodeUri is relative to the template.
func checkFolder(project Project, f function, build string, found *report) {
	if !slices.Contains(project.Folders, f.folder()) {
		found.add("name", f.ID, "there is no functions/%s", f.folder())
	}
	if want := build + f.folder() + "/"; textAt(f.Properties, "CodeUri") != want {
		found.add("name", f.ID, "CodeUri is not %s", want)
	}
}

// checkRoute compares the function's route with the API document. It returns 1 if the function answers unknown paths,
// else 0.
func checkRoute(project Project, f function, found *report) int {
	for _, event := range f.events {
		if event.kind == "HttpApi" || event.kind == "Api" {
			found.add(
				"name",
				f.ID,
				"event %s is a route; write it into Metadata, as in Routes: [GET /v1/health], and run make roles",
				event.name,
			)
		}
	}
	routes := f.routes()
	want, documented := project.Operations[f.operation()]
	if f.isPage() {
		checkPage(f, routes, documented, found)
		return 0
	}
	if f.answersUnknownPaths() {
		checkUnknownPaths(project, f, documented, found)
		return 1
	}
	switch {
	case len(routes) > 1:
		found.add("name", f.ID, "it has %d routes; a function has one", len(routes))
	case len(routes) == 1 && !documented:
		found.add("name", f.ID, "the API document has no operation %s for %s", f.operation(), routes[0])
	case len(routes) == 1 && routes[0] != want:
		found.add("name", f.ID, "its route is %s; the API document says %s", routes[0], want)
	case len(routes) == 0 && documented:
		found.add("name", f.ID, "it has no route; the API document says %s", want)
	}
	return 0
}

// checkUnknownPaths reports a function for unknown paths that is in the API document or has other routes. If a page has
// all addresses outside the API, the function needs the routes of the API's own addresses: an HTTP API prefers any route
// to $default.
func checkUnknownPaths(project Project, f function, documented bool, found *report) {
	if documented {
		found.add("name", f.ID, "it answers unknown paths, but the API document has the operation %s", f.operation())
	}
	routes := f.routes()
	for _, route := range routes {
		if route.Path != defaultRoute && route.Path != apiPaths {
			found.add("name", f.ID, "it answers unknown paths, but has the route %s", route)
		}
	}
	for _, page := range project.Template.functions() {
		for _, route := range page.routes() {
			if route.Path == allPaths && !slices.Contains(routes, Route{Method: route.Method, Path: apiPaths}) {
				found.add("name", f.ID, "it has no route %s %s, so %s would answer", route.Method, apiPaths, page.ID)
			}
		}
	}
}

// checkPage reports a page with a route that is neither the page nor one of its files, or that is in the API document.
// A page has GET and HEAD only. The page at / may have all paths.
func checkPage(f function, routes []Route, documented bool, found *report) {
	if documented {
		found.add("name", f.ID, "it serves a page, but the API document has the operation %s", f.operation())
	}
	if !strings.HasPrefix(f.stem, "Get") || !strings.HasSuffix(f.stem, "Page") {
		found.add("name", f.ID, "it serves a page, but its name is not Get…Page%s", functionSuffix)
	}
	page := slices.MinFunc(routes, func(a, b Route) int { return len(a.Path) - len(b.Path) }).Path
	for _, route := range routes {
		read := route.Method == http.MethodGet || route.Method == http.MethodHead
		isFile := route.Path == page+"/{file}" || page == "/" && route.Path == allPaths
		if !read || route.Path != page && !isFile {
			found.add("name", f.ID, "its route %s is neither the page %s nor a file of it", route, page)
		}
	}
}
