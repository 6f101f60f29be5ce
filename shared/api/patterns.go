package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/account"
	"tenantry/shared/httpapi"
)

// The grammars of ids and names. The use cases check them, so that their faults can explain them; the document states
// them.
const (
	ulid       = `[0-7][0-9A-HJKMNP-TV-Z]{25}`
	anyAccount = `^((cus|res)_` + ulid + `|login:\S+|external:` + account.ExternalIDPattern + `)$`
	domain     = `^([^.\s/:@]{1,63}\.)+[^.\s/:@]{1,63}\.?$`
	login      = `^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$` // before folding; see account.LoginPattern
)

// parameterPatterns are the patterns of path parameters by name. Other values get the answer not-found.
var parameterPatterns = map[string]string{
	"customerId":     anyAccount,
	"resellerId":     anyAccount,
	"userId":         `^usr_` + ulid + `$`,
	"subscriptionId": `^sub_` + ulid + `$`,
	"websiteId":      `^web_` + ulid + `$`,
	"backupId":       `^bak_` + ulid + `$`,
	"operationId":    `^op_` + ulid + `$`,
	"planId":         `^(spl|rpl)_` + ulid + `$`,
	"tokenId":        `^tok_` + ulid + `$`,
	"domain":         domain,
}

// propertyPatterns are the patterns of the properties of request bodies, by schema and property. Other values get the
// answer invalid-request.
var propertyPatterns = map[string]string{
	"NewCustomer.login":      login,
	"NewCustomer.externalId": `^` + account.ExternalIDPattern + `$`,
	"NewReseller.login":      login,
	"NewReseller.externalId": `^` + account.ExternalIDPattern + `$`,
	"NewLogin.login":         login,
	"NewPanelUser.login":     login,
	"NewSubscription.domain": domain,
	"NewWebsite.domain":      domain,
}

// Document returns the OpenAPI document of all operations.
func Document() *huma.OpenAPI {
	doc := httpapi.Document(All())
	for _, path := range doc.Paths {
		for _, operation := range []*huma.Operation{path.Get, path.Put, path.Post, path.Delete, path.Patch} {
			if operation != nil {
				addParameterPatterns(operation)
			}
		}
	}
	schemas := doc.Components.Schemas.Map()
	for place, pattern := range propertyPatterns {
		schema, property, _ := strings.Cut(place, ".")
		schemas[schema].Properties[property].Pattern = pattern
	}
	return doc
}

func addParameterPatterns(operation *huma.Operation) {
	for _, parameter := range operation.Parameters {
		if parameter.In == "path" {
			parameter.Schema.Pattern = parameterPatterns[parameter.Name]
		}
	}
}
