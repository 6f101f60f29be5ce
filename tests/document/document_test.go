// Package document compares a running stack with docs/openapi.json. Schemathesis generates requests from the document,
// valid and invalid ones, and checks every response.
package document

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"tenantry/tests/client"
)

// objects are the ids of objects that the requests name. Without them, most responses would be not-found.
type objects struct {
	Token                                     string
	Customer, Removed, Moved, Converted       string
	Reseller, RemovedReseller                 string
	Subscription, Website, Backup, Domain     string
	ServicePlan, ResellerPlan, User, APIToken string
	Operation                                 string
}

// config is the configuration of Schemathesis. Operations that end an object name another one than the rest.
var config = template.Must(template.New("config").Parse(`
seed = 1

[headers]
Authorization = "Bearer {{.Token}}"

[parameters]
"path.customerId" = "{{.Customer}}"
"path.resellerId" = "{{.Reseller}}"
"path.subscriptionId" = "{{.Subscription}}"
"path.websiteId" = "{{.Website}}"
"path.backupId" = "{{.Backup}}"
"path.userId" = "{{.User}}"
"path.tokenId" = "{{.APIToken}}"
"path.operationId" = "{{.Operation}}"
"path.domain" = "{{.Domain}}"

# The session of the tests must last.
[[operations]]
include-operation-id = ["deleteSession"]
enabled = false

[[operations]]
include-operation-id = ["deleteCustomer"]
parameters = { "path.customerId" = "{{.Removed}}" }

[[operations]]
include-operation-id = ["moveCustomer"]
parameters = { "path.customerId" = "{{.Moved}}" }

[[operations]]
include-operation-id = ["convertCustomer"]
parameters = { "path.customerId" = "{{.Converted}}" }

[[operations]]
include-operation-id = ["deleteReseller"]
parameters = { "path.resellerId" = "{{.RemovedReseller}}" }

[[operations]]
include-path-regex = "^/v1/service-plans/"
parameters = { "path.planId" = "{{.ServicePlan}}" }

[[operations]]
include-path-regex = "^/v1/reseller-plans/"
parameters = { "path.planId" = "{{.ResellerPlan}}" }
`))

// checks are the promises of the document: no response with a status from 500, and for each response a documented
// status, media type, header and body.
const checks = "not_a_server_error,status_code_conformance,content_type_conformance," +
	"response_headers_conformance,response_schema_conformance"

func TestAPIMatchesItsDocument(t *testing.T) {
	stack := client.Running(t)
	program := os.Getenv("TENANTRY_SCHEMATHESIS")
	if program == "" {
		t.Skip("TENANTRY_SCHEMATHESIS is not set; run make test-document")
	}
	for _, kind := range []string{"administrator", "reseller"} {
		t.Run(kind, func(t *testing.T) {
			run(t, program, stack.URL, "token of the "+kind, createObjects(t, stack, kind))
		})
	}
}

func run(t *testing.T, program, url, name string, known objects) {
	t.Helper()
	folder := t.TempDir()
	var text bytes.Buffer
	if err := config.Execute(&text, known); err != nil {
		t.Fatal(err)
	}
	configFile := filepath.Join(folder, "schemathesis.toml")
	if err := os.WriteFile(configFile, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	document, err := filepath.Abs("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, "--config-file", configFile, "run", document, "--url", url,
		"--checks", checks, "--max-examples", "10", "--continue-on-failure", "--max-time", "150", "--no-color")
	command.Dir = folder // Schemathesis keeps a cache beside it
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("with the %s: %v\n%s", name, err, output)
	}
	if !strings.Contains(string(output), "Test cases:") {
		t.Errorf("with the %s: no requests were sent:\n%s", name, output)
	}
}

// createObjects creates a reseller's customer with one of each object, and returns the ids and the token of a caller of
// the kind.
func createObjects(t *testing.T, stack client.Stack, kind string) (known objects) {
	t.Helper()
	admin, unique := stack.Administrator(t), strings.ToLower(rand.Text()[:8])
	const password = "a long password for this test"
	create := func(caller client.Caller, path string, body map[string]any) string {
		t.Helper()
		created := caller.Post(t, path, body).Want(http.StatusCreated).JSON()
		return created["id"].(string)
	}
	person := func(login string, fields ...string) map[string]any {
		body := map[string]any{
			"login": unique + "." + login, "password": password,
			"contact": map[string]any{"name": "Ada", "email": "ada@example.com"},
		}
		for i := 0; i < len(fields); i += 2 {
			body[fields[i]] = fields[i+1]
		}
		return body
	}
	known.ResellerPlan = create(admin, "/v1/reseller-plans", map[string]any{"name": "Unlimited"})
	known.Reseller = create(admin, "/v1/resellers", person("north"))
	known.RemovedReseller = create(admin, "/v1/resellers", person("south"))
	caller := stack.SignIn(t, kind, unique+".north", password)
	known.ServicePlan = create(caller, "/v1/service-plans", map[string]any{"name": "Gold"})
	for login, id := range map[string]*string{
		"ada": &known.Customer, "removed": &known.Removed, "moved": &known.Moved, "converted": &known.Converted,
	} {
		*id = create(caller, "/v1/customers", person(login))
	}
	known.Domain = unique + "-document.com"
	known.Subscription = create(caller, "/v1/customers/"+known.Customer+"/subscriptions", map[string]any{
		"domain": known.Domain, "servicePlan": known.ServicePlan,
	})
	known.Website = create(caller, "/v1/subscriptions/"+known.Subscription+"/websites", map[string]any{
		"domain": "shop." + known.Domain,
	})
	known.Backup = create(caller, "/v1/subscriptions/"+known.Subscription+"/backups", map[string]any{"size": 1})
	known.User = create(caller, "/v1/customers/"+known.Customer+"/panel-users", map[string]any{
		"login": unique + ".user", "password": password, "email": "user@example.com", "name": "User",
	})
	known.Operation = caller.Post(t, "/v1/customers/suspend", map[string]any{
		"items": []any{map[string]any{"customer": known.Moved}},
	}).Want(http.StatusAccepted).JSON()["id"].(string)
	if kind == "administrator" {
		caller = admin
	}
	known.Token = caller.Token
	return known
}
