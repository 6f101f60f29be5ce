package api_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/httpapi"
	"tenantry/shared/idempotency"
)

// signedIn is an Authenticator that accepts every token.
type signedIn struct{ caller access.Caller }

func (s signedIn) Authenticate(context.Context, access.Token) (access.Caller, error) {
	return s.caller, nil
}

var errResolved = errors.New("the reference was resolved")

// Every operation whose path names a customer or a reseller accepts login: and external: instead of an id, and its
// document says so.
func TestPathsAcceptReferences(t *testing.T) {
	tested := 0
	for _, operation := range api.All() {
		if !strings.Contains(operation.Path, "{customerId}") && !strings.Contains(operation.Path, "{resellerId}") {
			if strings.HasPrefix(operation.Path, "/v1/customers/{") || strings.HasPrefix(operation.Path, "/v1/resellers/{") {
				t.Errorf("%s: the path %s names an account by another parameter", operation.ID, operation.Path)
			}
			continue
		}
		tested++
		for _, reference := range []string{"login:ada", "external:4711"} {
			if got := resolvedBy(t, operation, reference); got != reference {
				t.Errorf("%s has resolved %q, want %q", operation.ID, got, reference)
			}
		}
		described := pathDescription(httpapi.Document([]httpapi.Endpoint{operation}).Paths[operation.Path])
		if !strings.Contains(described, "login:<login>") || !strings.Contains(described, "external:<externalId>") {
			t.Errorf("%s: the path parameter is described as %q, want both references in it", operation.ID, described)
		}
	}
	if tested < 20 {
		t.Errorf("%d operations name an account in their path, want at least 20", tested)
	}
}

// resolvedBy calls an operation with a reference in its path and returns the reference that it has resolved.
func resolvedBy(t *testing.T, operation httpapi.Endpoint, reference string) (resolved string) {
	t.Helper()
	token, err := access.NewToken(rand.Reader, []account.ID{account.Nobody})
	if err != nil {
		t.Fatal(err)
	}
	handler := httpapi.Handler(httpapi.Config{
		Authenticator: signedIn{access.Caller{Account: account.Account{
			ID: account.Nobody, Kind: operation.Callers[0],
		}}},
		Resolve: func(_ context.Context, _ access.Caller, reference string) (account.ID, error) {
			resolved = reference
			return "", errResolved
		},
		PublicURL: "https://panel.example.com", Logger: slog.New(slog.DiscardHandler),
		IdempotencySecret: func(context.Context) (idempotency.Secret, error) { return nil, nil },
	}, operation)
	event := events.APIGatewayV2HTTPRequest{
		RawPath: strings.NewReplacer("{customerId}", reference, "{resellerId}", reference).Replace(operation.Path),
		Headers: map[string]string{"authorization": "Bearer " + token.Text(), "content-type": "application/json"},
	}
	event.RequestContext.HTTP.Method = operation.Method
	if operation.Method != http.MethodGet && operation.Method != http.MethodDelete {
		event.Body = "{}"
	}
	if _, err := handler(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	return resolved
}

// pathDescription returns the descriptions of the path parameters of the operations of a path.
func pathDescription(item *huma.PathItem) string {
	var described strings.Builder
	for _, operation := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
		if operation == nil {
			continue
		}
		for _, parameter := range operation.Parameters {
			if parameter.In == "path" {
				described.WriteString(parameter.Description)
			}
		}
	}
	return described.String()
}
